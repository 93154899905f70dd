using Amazon.Runtime;
using Amazon.Runtime.Credentials;

namespace ResilientPostgres.Iam;

/// <summary>Makes the tokens of one cluster. Signing itself asks nobody; getting temporary credentials may.</summary>
sealed class IamTokens(IamAuthenticationOptions options, TimeProvider time)
{
    public async ValueTask<string> MakeAsync(PasswordRequest request, CancellationToken cancellationToken)
    {
        var server = IamServer.Of(request.Endpoint, options);
        if (server.Region is not { } region)
        {
            throw new InvalidOperationException(server.Problem);
        }

        var credentials = await CredentialsAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        return RdsToken.Sign(server.Endpoint, region, request.Username ?? "", credentials, time.GetUtcNow());
    }

    /// <summary>Asked each time: the SDK keeps them, and renews temporary ones.</summary>
    async Task<ImmutableCredentials> CredentialsAsync()
    {
        var credentials = options.Credentials ?? await DefaultAWSCredentialsIdentityResolver.GetCredentialsAsync(null).ConfigureAwait(false);
        return await credentials.GetCredentialsAsync().ConfigureAwait(false);
    }
}
