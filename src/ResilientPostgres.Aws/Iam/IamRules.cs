using Microsoft.Extensions.Options;
using Npgsql;
using ResilientPostgres.Settings;

namespace ResilientPostgres.Iam;

/// <summary>What RDS requires of who comes with a token.</summary>
sealed class IamRules(IamAuthenticationOptions iam) : IValidateOptions<ResilientPostgresOptions>
{
    public ValidateOptionsResult Validate(string? name, ResilientPostgresOptions options)
    {
        var failures = new List<string>();
        var parts = ConnectionStringParts.Parse(options.ConnectionString, []);
        Check(new NpgsqlConnectionStringBuilder(parts.Common), failures);
        CheckRegion(failures);
        foreach (var endpoint in ResilientSettings.Merge(parts.Endpoints, options.Endpoints))
        {
            var server = IamServer.Of(endpoint, iam);
            if (server.Region is null)
            {
                failures.Add(server.Problem);
            }
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    static void Check(NpgsqlConnectionStringBuilder given, List<string> failures)
    {
        if (string.IsNullOrWhiteSpace(given.Username))
        {
            failures.Add("ConnectionString: Username is missing; a token is made for one role. Add Username=…, the role that was granted rds_iam.");
        }

        if (given.SslMode is not (SslMode.Require or SslMode.VerifyCA or SslMode.VerifyFull))
        {
            failures.Add($"ConnectionString: SSL Mode is {given.SslMode}; RDS takes IAM tokens over TLS only. Set SSL Mode=VerifyFull with Root Certificate=… (the bundle of AWS), or at least SSL Mode=Require.");
        }
    }

    void CheckRegion(List<string> failures)
    {
        if (iam.Region is { } region && string.IsNullOrWhiteSpace(region))
        {
            failures.Add($"IamAuthenticationOptions.Region is '{region}'; it must be a region such as eu-central-1, or null where the host names tell it.");
        }
    }
}
