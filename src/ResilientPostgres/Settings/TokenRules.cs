using System.Text.RegularExpressions;
using ResilientPostgres.Options;

namespace ResilientPostgres.Settings;

/// <summary>The limits of the commit options.</summary>
static partial class TokenRules
{
    const int MostLedger = 10_000_000;
    const int TimesTotal = 4;

    static readonly TimeSpan _least = TimeSpan.FromMinutes(10);
    static readonly TimeSpan _most = TimeSpan.FromDays(365);

    public static void Check(CommitOptions options, TimeSpan totalTimeout, List<string> failures)
    {
        if (options.LedgerCapacity is < 0 or > MostLedger)
        {
            failures.Add($"Commits:LedgerCapacity is {options.LedgerCapacity}; it must be between 0 and {MostLedger}.");
        }

        if (!Enum.IsDefined(options.Guard))
        {
            failures.Add($"Commits:Guard is {(int)options.Guard}; it must be one of {string.Join(", ", Enum.GetNames<CommitGuard>())}.");
        }

        if (options.TokenTable is null || !Name().IsMatch(options.TokenTable))
        {
            failures.Add($"Commits:TokenTable is '{options.TokenTable}'; it must be schema.table in lower-case letters, digits and underscores, each part up to 63 long, as in {Defaults.TokenTable}.");
        }

        if (options.TokenRetention < _least || options.TokenRetention > _most)
        {
            failures.Add($"Commits:TokenRetention is {options.TokenRetention}; it must be between {_least} and {_most}.{SpanRules.HintOf(options.TokenRetention)}");
        }
        else if (SpanRules.Stand(failures, "Commits:TokenRetention", "TotalTimeout") && options.TokenRetention < totalTimeout * TimesTotal)
        {
            failures.Add($"Commits:TokenRetention is {options.TokenRetention} and TotalTimeout {totalTimeout}: a token must outlive the call that asks for it, with time to spare. Raise the retention to {totalTimeout * TimesTotal} or lower the timeout.");
        }
    }

    [GeneratedRegex(@"^[a-z_][a-z0-9_]{0,62}\.[a-z_][a-z0-9_]{0,62}\z")]
    private static partial Regex Name();
}
