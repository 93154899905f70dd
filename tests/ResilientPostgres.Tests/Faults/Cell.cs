using ResilientPostgres.Faults;

namespace ResilientPostgres.Tests.Faults;

/// <summary>One of the 24 situations in which a code can come: severity, phase, kind of work.</summary>
readonly record struct Cell(string Severity, FaultPhase Phase, WorkKind Work)
{
    static readonly string[] _severities = ["ERROR", "FATAL"];
    static readonly FaultPhase[] _phases = [FaultPhase.Open, FaultPhase.Execute, FaultPhase.Stream, FaultPhase.Commit];

    public static Cell[] All { get; } =
    [
        .. from severity in _severities
           from phase in _phases
           from work in Enum.GetValues<WorkKind>()
           select new Cell(severity, phase, work),
    ];

    /// <summary>"Open Execute(Statement,Delegate)": a phase alone stands for all kinds of work.</summary>
    public static IEnumerable<Cell> Parse(string severity, string at)
    {
        foreach (var part in at.Split(' '))
        {
            var open = part.IndexOf('(', StringComparison.Ordinal);
            var phase = Enum.Parse<FaultPhase>(open < 0 ? part : part[..open]);
            var works = open < 0 ? Enum.GetValues<WorkKind>() : [.. part[(open + 1)..^1].Split(',').Select(Enum.Parse<WorkKind>)];
            foreach (var work in works)
            {
                yield return new Cell(severity, phase, work);
            }
        }
    }

    public static string Format(IEnumerable<Cell> cells) =>
        string.Join(' ', cells.GroupBy(static c => c.Phase).Select(static g =>
            g.Count() == Enum.GetValues<WorkKind>().Length ? $"{g.Key}" : $"{g.Key}({string.Join(',', g.Select(static c => c.Work))})"));
}
