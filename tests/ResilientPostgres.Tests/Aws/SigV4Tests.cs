namespace ResilientPostgres.Tests.Aws;

/// <summary>The tests' own signing against what AWS publishes.</summary>
public sealed class SigV4Tests
{
    const string Secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

    [Fact]
    public void Key_IsTheDocumentedOne() =>
        Assert.Equal(
            "f4780e2d9f65fa895f9c67b32ce1baf0b0d8a43505a000a1a9e090d414db404d",
            Convert.ToHexStringLower(SigV4.Key(Secret, "20120215", "us-east-1", "iam")));

    [Fact]
    public void GetVanilla_OfTheTestSuite() =>
        Assert.Equal(
            "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
            SigV4.Sign(
                $"GET\n/\n\nhost:example.amazonaws.com\nx-amz-date:20150830T123600Z\n\nhost;x-amz-date\n{SigV4.EmptyHash}",
                ("us-east-1", "service"),
                Secret,
                new DateTimeOffset(2015, 8, 30, 12, 36, 0, TimeSpan.Zero)));

    [Fact]
    public void PresignedUrl_OfTheDocumentation() =>
        Assert.Equal(
            "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404",
            SigV4.Signature(
                new Uri("https://examplebucket.s3.amazonaws.com/test.txt"),
                [
                    new("X-Amz-Algorithm", "AWS4-HMAC-SHA256"),
                    new("X-Amz-Credential", "AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request"),
                    new("X-Amz-Date", "20130524T000000Z"),
                    new("X-Amz-Expires", "86400"),
                    new("X-Amz-SignedHeaders", "host"),
                ],
                ("us-east-1", "s3"),
                "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
                new DateTimeOffset(2013, 5, 24, 0, 0, 0, TimeSpan.Zero),
                SigV4.Unsigned));
}
