namespace ResilientPostgres.Statements;

/// <summary>What is known of a word. One number, for two fields of one byte would be written by themselves and read together, which processors are slow at.</summary>
readonly record struct Word
{
    readonly ushort _both;

    /// <param name="id">Which it is, if the classifier looks for it.</param>
    /// <param name="roles">What it may stand for.</param>
    public Word(WordId id, WordRoles roles) => _both = (ushort)((byte)id | ((byte)roles << 8));

    public WordId Id => (WordId)(byte)_both;

    public WordRoles Roles => (WordRoles)(_both >> 8);

    public bool Is(WordRoles role) => (Roles & role) != 0;
}
