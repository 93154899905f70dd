using System.Text;
using ResilientPostgres.Discovery;
using ResilientPostgres.Tests.Specs;

namespace ResilientPostgres.Tests.Discovery;

/// <summary>Runs tests/specs/patroni and tests/specs/patroni-choice.</summary>
public sealed class PatroniSpecTests
{
    public static TheoryData<string, string> Answers => SpecSet.Names<PatroniListingCase>("patroni");

    public static TheoryData<string, string> Choices => SpecSet.Names<PatroniChoiceCase>("patroni-choice");

    [Theory]
    [MemberData(nameof(Answers))]
    public void Answer_IsListed(string file, string name)
    {
        var spec = SpecSet.Find<PatroniListingCase>("patroni", file, name);
        var body = Encoding.UTF8.GetBytes(spec.Text ?? spec.Body.GetRawText());
        if (spec.Refused is { } refused)
        {
            Assert.Contains(refused, Assert.Throws<InvalidDataException>(() => PatroniReader.Read(body)).Message, StringComparison.Ordinal);
            return;
        }

        var before = spec.Before is { } earlier ? PatroniReader.Read(Encoding.UTF8.GetBytes(earlier.GetRawText())) : null;
        var answer = PatroniReader.Read(body).Keeping(before);
        var listing = PatroniListing.Of(answer, "x", spec.Now, TimeSpan.FromSeconds(5));

        Assert.Null(ListingRule.Refuse(listing));
        Assert.Equal(spec.Endpoints, listing.Endpoints.Select(Short));
        Assert.Equal(spec.Scope, answer.Scope);
        Assert.Equal(spec.Notes ?? listing.Endpoints.Select(static l => l.Note), listing.Endpoints.Select(static l => l.Note));
        Assert.Equal(spec.Apis ?? answer.Members.Select(static m => m.Api?.ToString()), answer.Members.Select(static m => m.Api?.ToString()));
        Assert.Equal(spec.Note ?? listing.Note, listing.Note);
        Assert.Equal(Spec.Ms(spec.ValidForMs ?? listing.ValidFor!.Value.TotalMilliseconds), listing.ValidFor);
        foreach (var (host, labels) in spec.Labels ?? [])
        {
            var endpoint = listing.Endpoints.Single(l => l.Endpoint.Host == host).Endpoint;
            Assert.Equal(labels.OrderBy(static l => l.Key), endpoint.Labels.OrderBy(static l => l.Key));
        }
    }

    [Theory]
    [MemberData(nameof(Choices))]
    public void Best_IsChosen(string file, string name)
    {
        var spec = SpecSet.Find<PatroniChoiceCase>("patroni-choice", file, name);
        Assert.Equal(spec.Best, PatroniChoice.Best([.. spec.Answers.Select(static a => a.ToAnswer())]));
        if (spec.Surprising is { } surprising)
        {
            Assert.Equal(surprising, PatroniChoice.IsSurprising(spec.Before?.ToAnswer(), spec.Answers[0].ToAnswer()));
        }
    }

    [Fact]
    public void TooManyMembers_AreRefused()
    {
        var members = string.Join(',', Enumerable.Range(0, 101).Select(static i => $$"""{"name":"m{{i}}","host":"m{{i}}"}"""));
        Assert.Throws<InvalidDataException>(() => PatroniReader.Read(Encoding.UTF8.GetBytes($$"""{"members":[{{members}}]}""")));
    }

    [Fact]
    public void There_AreEnough()
    {
        Assert.True(Answers.Count >= 35, $"{Answers.Count} answers");
        Assert.True(Choices.Count >= 20, $"{Choices.Count} choices");
    }

    static string Short(ListedEndpoint listed) =>
        $"{listed.Endpoint.Name} {listed.Role}" + (listed.Endpoint.Weight == 1 ? "" : $" weight={listed.Endpoint.Weight}") + (listed.Endpoint.CanBecomePrimary ? "" : " never");
}
