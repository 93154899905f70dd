namespace ResilientPostgres.Tests.Specs;

/// <summary>What every case has: a name that is unique in its file.</summary>
interface ISpecCase
{
    string Name { get; }
}
