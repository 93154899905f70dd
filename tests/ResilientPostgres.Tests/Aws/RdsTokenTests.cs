using Amazon.Runtime;
using ResilientPostgres.Iam;

namespace ResilientPostgres.Tests.Aws;

/// <summary>Tokens against a published one and, field by field, against the tests' own signing.</summary>
public sealed class RdsTokenTests
{
    const string AccessKey = "AKIDEXAMPLE";
    const string Secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    const string Host = "blog.cluster-cabcdefghijk.eu-central-1.rds.amazonaws.com";

    static readonly DateTimeOffset _at = new(2015, 8, 30, 12, 36, 0, TimeSpan.Zero);

    [Fact]
    public void Token_IsTheOneOfAnotherSdksTests()
    {
        // botocore, tests/unit/test_signers.py: test_generate_db_auth_token.
        var token = RdsToken.Sign(
            new Endpoint("prod-instance.us-east-1.rds.amazonaws.com", 3306), "us-east-1", "someusername",
            new ImmutableCredentials("akid", "skid", null), new DateTimeOffset(2016, 11, 7, 17, 39, 33, TimeSpan.Zero));

        Assert.StartsWith("prod-instance.us-east-1.rds.amazonaws.com:3306/?Action=connect&DBUser=someusername&", token, StringComparison.Ordinal);
        Assert.EndsWith("&X-Amz-Signature=d1138cdbc0ca63eec012ec0fc6c2267e03642168f5884a7795320d4c18374c61", token, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("app", null)]
    [InlineData("app", "FwoGZXIvYXdzEJr//////////wEaDBd+a/b=c")]
    [InlineData("jane doe@example.com/ä+&=%", null)]
    [InlineData("jane doe@example.com/ä+&=%", "x+/=y z")]
    public void Token_FieldByField(string username, string? sessionToken)
    {
        var token = RdsToken.Sign(new Endpoint(Host, 5433), "eu-central-1", username, new ImmutableCredentials(AccessKey, Secret, sessionToken), _at);

        Assert.StartsWith($"{Host}:5433/?", token, StringComparison.Ordinal);
        var fields = Fields(token);
        var signature = fields["X-Amz-Signature"];
        fields.Remove("X-Amz-Signature");
        var expected = new Dictionary<string, string>
        {
            ["Action"] = "connect",
            ["DBUser"] = username,
            ["X-Amz-Algorithm"] = "AWS4-HMAC-SHA256",
            ["X-Amz-Credential"] = "AKIDEXAMPLE/20150830/eu-central-1/rds-db/aws4_request",
            ["X-Amz-Date"] = "20150830T123600Z",
            ["X-Amz-Expires"] = "900",
            ["X-Amz-SignedHeaders"] = "host",
        };
        if (sessionToken is not null)
        {
            expected["X-Amz-Security-Token"] = sessionToken;
        }

        Assert.Equal(expected.Order(_byKey), fields.Order(_byKey));
        Assert.Equal(SigV4.Signature(new Uri($"https://{Host}:5433/"), expected, ("eu-central-1", "rds-db"), Secret, _at, SigV4.EmptyHash), signature);
    }

    [Fact]
    public void Token_OfAnotherServerRoleRegionOrMoment_IsAnother()
    {
        var credentials = new ImmutableCredentials(AccessKey, Secret, null);
        string[] tokens =
        [
            RdsToken.Sign(new Endpoint(Host), "eu-central-1", "app", credentials, _at),
            RdsToken.Sign(new Endpoint(Host, 5433), "eu-central-1", "app", credentials, _at),
            RdsToken.Sign(new Endpoint("x" + Host), "eu-central-1", "app", credentials, _at),
            RdsToken.Sign(new Endpoint(Host), "eu-west-1", "app", credentials, _at),
            RdsToken.Sign(new Endpoint(Host), "eu-central-1", "other", credentials, _at),
            RdsToken.Sign(new Endpoint(Host), "eu-central-1", "app", credentials, _at.AddSeconds(1)),
        ];
        Assert.Equal(tokens.Length, tokens.Select(static t => Fields(t)["X-Amz-Signature"]).Distinct().Count());
    }

    static readonly Comparer<KeyValuePair<string, string>> _byKey = Comparer<KeyValuePair<string, string>>.Create(static (a, b) => string.CompareOrdinal(a.Key, b.Key));

    static Dictionary<string, string> Fields(string token) => token[(token.IndexOf('?', StringComparison.Ordinal) + 1)..]
        .Split('&')
        .Select(static f => f.Split('=', 2))
        .ToDictionary(static f => Uri.UnescapeDataString(f[0]), static f => Uri.UnescapeDataString(f[1]));
}
