using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace ResilientPostgres.Statements;

/// <summary>
/// Verdicts by text, bounded. Code mostly sends the same few string instances: those are found by reference. The others are found by their
/// characters, in two generations: when the young one is full it becomes the old one, and what nobody asked for since then is forgotten.
/// </summary>
sealed class VerdictCache(int capacity)
{
    /// <summary>Texts beyond this are rarely sent twice, and cost little beside what they do.</summary>
    const int LongestText = 16 * 1024;

    const int Slots = 512;

    readonly Entry?[] _byReference = new Entry?[Slots];
    volatile ConcurrentDictionary<string, StatementVerdict> _young = new(TextComparer.Instance);
    volatile ConcurrentDictionary<string, StatementVerdict> _old = new(TextComparer.Instance);
    int _youngCount;

    public StatementVerdict? Find(string text)
    {
        ref var slot = ref _byReference[RuntimeHelpers.GetHashCode(text) & (Slots - 1)];
        if (Volatile.Read(ref slot) is { } entry && ReferenceEquals(entry.Text, text))
        {
            return entry.Verdict;
        }

        return FindEqual(text);
    }

    /// <summary>Adds a verdict, or replaces the one that turned out wrong.</summary>
    public void Set(string text, StatementVerdict verdict)
    {
        if (text.Length > LongestText)
        {
            return;
        }

        if (!_young.ContainsKey(text) && Interlocked.Increment(ref _youngCount) > capacity / 2)
        {
            _old = _young;
            _young = new(TextComparer.Instance);
            Volatile.Write(ref _youngCount, 1);
        }

        _young[text] = verdict;
        Volatile.Write(ref _byReference[RuntimeHelpers.GetHashCode(text) & (Slots - 1)], new Entry(text, verdict));
    }

    StatementVerdict? FindEqual(string text)
    {
        if (_young.TryGetValue(text, out var verdict))
        {
            return verdict;
        }

        if (_old.TryGetValue(text, out verdict))
        {
            Set(text, verdict);
        }

        return verdict;
    }

    sealed record Entry(string Text, StatementVerdict Verdict);
}
