using System.Runtime.InteropServices;

namespace ResilientPostgres.Statements;

/// <summary>
/// Compares texts by their characters. Its hash takes four characters at a time and has a seed of its own in each process, so that nobody can
/// prepare texts which fall together.
/// </summary>
sealed class TextComparer : IEqualityComparer<string>
{
    const ulong Golden = 0x9E3779B97F4A7C15;

    public static readonly TextComparer Instance = new();

    readonly ulong _seed = (ulong)string.GetHashCode("a", StringComparison.Ordinal) << 32 | (uint)string.GetHashCode("b", StringComparison.Ordinal);

    public bool Equals(string? x, string? y) => string.Equals(x, y);

    public int GetHashCode(string text)
    {
        var blocks = MemoryMarshal.Cast<char, ulong>(text.AsSpan());
        var (one, two) = (_seed, _seed ^ Golden);
        var i = 0;
        for (; i + 3 < blocks.Length; i += 4)
        {
            one = Fold(blocks[i] ^ one, blocks[i + 1] ^ Golden);
            two = Fold(blocks[i + 2] ^ two, blocks[i + 3] ^ _seed);
        }

        for (; i < blocks.Length; i++)
        {
            one = Fold(blocks[i] ^ one, Golden);
        }

        for (var at = blocks.Length * 4; at < text.Length; at++)
        {
            two = Fold(text[at] ^ two, Golden);
        }

        var hash = Fold(one ^ (ulong)text.Length, two ^ Golden);
        return (int)(hash ^ (hash >> 32));
    }

    static ulong Fold(ulong x, ulong y)
    {
        var high = Math.BigMul(x, y, out ulong low);
        return high ^ low;
    }
}
