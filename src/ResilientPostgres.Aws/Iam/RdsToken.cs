using System.Globalization;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Auth;
using Amazon.Runtime.Internal.Util;

namespace ResilientPostgres.Iam;

/// <summary>A token is the URL of a request <c>connect</c> to the database, signed in advance and never sent: without its scheme it is the password.</summary>
static class RdsToken
{
    const string SigningName = "rds-db";
    const string Scheme = "https";

    /// <param name="server">Host and port as RDS knows them; they are part of what is signed.</param>
    /// <param name="region">The server's region.</param>
    /// <param name="username">The role.</param>
    /// <param name="credentials">Of the moment: temporary ones bring a session token along.</param>
    /// <param name="at">When it is signed, from which its lifetime counts.</param>
    public static string Sign(Endpoint server, string region, string username, ImmutableCredentials credentials, DateTimeOffset at)
    {
        var request = new DefaultRequest(new ConnectRequest(), SigningName)
        {
            HttpMethod = "GET",
            UseQueryString = true,
            Endpoint = new UriBuilder(Scheme, server.Host.ToLowerInvariant(), server.Port).Uri,
        };
        request.Parameters["Action"] = "connect";
        request.Parameters["DBUser"] = username;
        request.Parameters["X-Amz-Expires"] = IamAuthenticationOptions.Lifetime.TotalSeconds.ToString(CultureInfo.InvariantCulture);
        if (credentials.UseToken)
        {
            request.Parameters["X-Amz-Security-Token"] = credentials.Token;
        }

        var signature = AWS4PreSignedUrlSigner.SignRequest(
            request, null, new RequestMetrics(), credentials.AccessKey, credentials.SecretKey, SigningName, region, at.UtcDateTime);
        return $"{AmazonServiceClient.ComposeUrl(request).AbsoluteUri[(Scheme.Length + Uri.SchemeDelimiter.Length)..]}&{signature.ForQueryParameters}";
    }

    /// <summary>The SDK signs requests of operations; this one stands for the operation.</summary>
    sealed class ConnectRequest : AmazonWebServiceRequest;
}
