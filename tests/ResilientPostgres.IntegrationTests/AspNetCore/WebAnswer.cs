using System.Net;

namespace ResilientPostgres.IntegrationTests.AspNetCore;

/// <summary>What came back.</summary>
sealed record WebAnswer(HttpStatusCode Status, string Body, string? SetCookie, string? Header)
{
    internal const string CookieName = ".ResilientPostgres.Consistency";

    /// <summary>The value that a browser would send back.</summary>
    internal string Cookie => SetCookie!.Split(';')[0][(CookieName.Length + 1)..];
}
