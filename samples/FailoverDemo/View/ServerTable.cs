using ResilientPostgres;
using Spectre.Console;

namespace FailoverDemo.View;

/// <summary>The topology with each server's load.</summary>
static class ServerTable
{
    /// <summary>Below this width there is no room for the bars.</summary>
    const int WideTerminal = 100;
    const int BarWidth = 20;

    public static Table Draw(IReadOnlyList<ServerState> servers)
    {
        var table = new Table().Border(TableBorder.Rounded).Expand()
            .AddColumns("Server", "Role", "Timeline", "Lag", "In flight", "Reads/s", "Share");
        foreach (var column in table.Columns)
        {
            column.NoWrap();
        }

        foreach (var server in servers)
        {
            table.AddRow(
                $"[bold]{server.Name}[/] [grey]:{server.Seen.Endpoint.Port}[/]",
                $"[{ColorOf(server.Seen)}]{Words.RoleOf(server.Seen)}[/]",
                $"{server.Seen.Timeline}",
                LagOf(server),
                $"{server.Seen.InFlight}",
                $"{server.ReadsPerSecond:F0}",
                Bar(server.ReadShare) + Words.Share(server.ReadShare));
        }

        return table;
    }

    static string Bar(double share)
    {
        if (AnsiConsole.Profile.Width < WideTerminal)
        {
            return "";
        }

        var filled = (int)Math.Round(share * BarWidth);
        return $"[blue]{new string('█', filled)}[/][grey]{new string('░', BarWidth - filled)}[/] ";
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
