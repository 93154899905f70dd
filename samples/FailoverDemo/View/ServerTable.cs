using ResilientPostgres;
using Spectre.Console;

namespace FailoverDemo.View;

/// <summary>The topology with each server's load.</summary>
static class ServerTable
{
    const int BarWidth = 20;

    public static Table Draw(IReadOnlyList<ServerState> servers)
    {
        var table = new Table().Border(TableBorder.Rounded).Expand()
            .AddColumns("Server", "Role", "Timeline", "Lag at most", "In flight", "Reads/s", "Share of reads");
        foreach (var server in servers)
        {
            var filled = (int)Math.Round(server.ReadShare * BarWidth);
            table.AddRow(
                $"[bold]{server.Name}[/] [grey]{Markup.Escape(server.Seen.Endpoint.Name)}[/]",
                $"[{ColorOf(server.Seen)}]{Words.RoleOf(server.Seen)}[/]",
                $"{server.Seen.Timeline}",
                LagOf(server),
                $"{server.Seen.InFlight}",
                $"{server.ReadsPerSecond:F0}",
                $"[blue]{new string('█', filled)}[/][grey]{new string('░', BarWidth - filled)}[/] {Words.Share(server.ReadShare)}");
        }

        return table;
    }

    static string LagOf(ServerState server) =>
        server.Lag is not { } lag ? "" : lag > DemoOptions.MaxReplicationLag ? $"[red]{Words.Of(lag)}[/]" : Words.Of(lag);

    static string ColorOf(EndpointSnapshot endpoint) => endpoint switch
    {
        { Status: not EndpointStatus.Available } => "red",
        { Role: EndpointRole.Primary } => "green",
        _ => "aqua",
    };
}
