using ResilientPostgres.Passwords;

namespace ResilientPostgres.DependencyInjection;

/// <summary>The registered password provider of one cluster.</summary>
sealed record PasswordRegistration(string Cluster, PasswordSetup Setup);
