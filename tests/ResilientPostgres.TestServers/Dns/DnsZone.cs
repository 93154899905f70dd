using System.Collections.Concurrent;

namespace ResilientPostgres.TestServers;

/// <summary>All records and behaviours, changeable while questions are answered.</summary>
sealed class DnsZone
{
    const int LongestChain = 8;
    readonly ConcurrentDictionary<string, DnsRecord[]> _records = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, DnsBehavior> _behaviors = new(StringComparer.Ordinal);

    internal DnsBehavior Everywhere { get; set; } = DnsBehavior.Normal;

    internal static string KeyOf(string name) => name.TrimEnd('.').ToLowerInvariant();

    internal void Set(string name, DnsRecord[] records) => _records[KeyOf(name)] = records;

    internal void Remove(string name) => _records.TryRemove(KeyOf(name), out _);

    internal void Behave(string name, DnsBehavior behavior) => _behaviors[KeyOf(name)] = behavior;

    internal DnsBehavior BehaviorOf(string name) => _behaviors.GetValueOrDefault(KeyOf(name), Everywhere);

    internal bool Has(string name) => _records.ContainsKey(KeyOf(name));

    /// <summary>The records of the type, with the aliases that lead to them.</summary>
    internal IReadOnlyList<(string Name, DnsRecord Record)> Find(string name, DnsRecordType type)
    {
        var found = new List<(string, DnsRecord)>();
        for (var step = 0; step < LongestChain && _records.TryGetValue(KeyOf(name), out var records); step++)
        {
            found.AddRange(records.Where(record => record.Type == type).Select(record => (name, record)));
            var alias = Array.Find(records, record => record.Type == DnsRecordType.Cname);
            if (alias is null || type == DnsRecordType.Cname)
            {
                break;
            }

            found.Add((name, alias));
            name = alias.Target!;
        }

        return found;
    }
}
