using System.Collections.Immutable;

namespace ResilientPostgres.Discovery;

/// <summary>
/// Which of several answers is used. Members read one store, but one that is cut off from it may tell what it remembers. Whatever is chosen is a hint; a server's role is
/// what its probe shows. Pure.
/// </summary>
static class PatroniChoice
{
    /// <summary>The newest by all that can be told: a promotion raises the leader's timeline; before it shows, a new leader is known to most. The place in the list.</summary>
    public static int Best(ImmutableArray<PatroniAnswer> answers) =>
        Enumerable.Range(0, answers.Length)
            .OrderByDescending(i => TimelineOf(answers[i]))
            .ThenByDescending(i => answers[i].Members.Max(static m => m.Timeline) ?? 0)
            .ThenByDescending(i => answers.Count(a => a.Leader?.Name == answers[i].Leader?.Name))
            .First();

    /// <summary>One member alone should not be believed, so all are asked: it tells of another leader, timeline or set of members than the last answer in use.</summary>
    public static bool IsSurprising(PatroniAnswer? before, PatroniAnswer answer) =>
        before is null || TimelineOf(answer) < 0
        || before.Leader?.Name != answer.Leader?.Name
        || TimelineOf(before) != TimelineOf(answer)
        || !before.Members.Select(static m => m.Name).Order(StringComparer.Ordinal).SequenceEqual(answer.Members.Select(static m => m.Name).Order(StringComparer.Ordinal));

    static long TimelineOf(PatroniAnswer answer) => answer.Leader is { } leader ? leader.Timeline ?? 0 : -1;
}
