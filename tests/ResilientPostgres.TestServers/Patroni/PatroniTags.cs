namespace ResilientPostgres.TestServers;

/// <summary>What a member says of itself to those who choose one.</summary>
/// <param name="NoFailover">It is never made leader.</param>
/// <param name="NoLoadBalance">It answers <c>/replica</c> with 503.</param>
/// <param name="CloneFrom">New members prefer to be copied from it.</param>
public sealed record PatroniTags(bool NoFailover = false, bool NoLoadBalance = false, bool CloneFrom = false);
