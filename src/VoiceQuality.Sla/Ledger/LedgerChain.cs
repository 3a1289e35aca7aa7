using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace VoiceQuality.Sla.Ledger;

/// <summary>An entry in its place in the chain.</summary>
/// <param name="Sequence">1 for the first, without gaps.</param>
/// <param name="Entry">The entry.</param>
/// <param name="PreviousHash">Hash of the entry before it.</param>
/// <param name="Hash">SHA-256 over place, previous hash and entry, 64 lowercase hexadecimal digits.</param>
public sealed record ChainedEntry(long Sequence, LedgerEntry Entry, string PreviousHash, string Hash);

/// <summary>The end of a chain, from which the next entry goes on.</summary>
/// <param name="Sequence">Number of entries.</param>
/// <param name="Hash">Hash of the last one.</param>
public readonly record struct ChainHead(long Sequence, string Hash)
{
    /// <summary>The head of a ledger without entries.</summary>
    public static ChainHead Empty { get; } = new(0, new string('0', 64));
}

/// <summary>How an entry does not hold.</summary>
public enum ChainBreak
{
    /// <summary>Its number does not follow the one before: an entry was taken out or put in.</summary>
    SequenceHasGap,

    /// <summary>It was not made after the entry that stands before it.</summary>
    PreviousHashDiffers,

    /// <summary>It does not say what it said when it was posted.</summary>
    HashDiffers,

    /// <summary>It says what no ledger would have taken.</summary>
    EntryIsInconsistent,

    /// <summary>It cannot be read.</summary>
    EntryIsUnreadable,

    /// <summary>A period that was pulled has other entries than then.</summary>
    PulledPeriodDiffers,

    /// <summary>The ledger ends before, or went another way than, a head that was noted earlier.</summary>
    NotedHeadIsMissing,
}

/// <summary>The first thing that does not hold.</summary>
/// <param name="Reason">How it does not hold.</param>
/// <param name="Sequence">Place of the entry; 0 where it is not an entry that fails.</param>
/// <param name="Name">Id of the entry, or name of the period.</param>
public sealed record ChainFault(ChainBreak Reason, long Sequence, string Name);

/// <summary>Whether a chain holds.</summary>
/// <param name="Head">The last entry that holds.</param>
/// <param name="Fault">The first one that does not; null when all do.</param>
public sealed record ChainVerdict(ChainHead Head, ChainFault? Fault)
{
    /// <summary>Whether every entry says what it said when it was posted.</summary>
    public bool Holds => Fault is null;
}

/// <summary>
/// Each entry is hashed together with the hash of the one before it, so nothing in the past can be changed without
/// changing everything after it. A chain alone does not show that its end was cut off: note a head elsewhere for that.
/// </summary>
public static class LedgerChain
{
    /// <summary>The hash of an entry in its place.</summary>
    public static string HashOf(long sequence, string previousHash, LedgerEntry entry)
    {
        ArgumentNullException.ThrowIfNull(previousHash);
        ArgumentNullException.ThrowIfNull(entry);
        var text = string.Create(
            CultureInfo.InvariantCulture, $"sequence={sequence}\nprevious={previousHash}\n{entry.CanonicalText}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    /// <summary>Puts an entry behind the last one.</summary>
    /// <exception cref="ArgumentException">The entry says what cannot be.</exception>
    public static ChainedEntry Append(ChainHead head, LedgerEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (entry.FindFault() is { } fault)
        {
            throw new ArgumentException($"The ledger takes no such entry: {fault}.", nameof(entry));
        }

        var sequence = head.Sequence + 1;
        return new ChainedEntry(sequence, entry, head.Hash, HashOf(sequence, head.Hash, entry));
    }

    /// <summary>Checks one entry against the head before it; null when it holds.</summary>
    public static ChainFault? Check(ChainHead head, ChainedEntry next)
    {
        ArgumentNullException.ThrowIfNull(next);
        ChainBreak? reason =
            next.Sequence != head.Sequence + 1 ? ChainBreak.SequenceHasGap
            : next.PreviousHash != head.Hash ? ChainBreak.PreviousHashDiffers
            : next.Hash != HashOf(next.Sequence, next.PreviousHash, next.Entry) ? ChainBreak.HashDiffers
            : next.Entry.FindFault() is not null ? ChainBreak.EntryIsInconsistent
            : null;
        return reason is { } broken ? new ChainFault(broken, next.Sequence, next.Entry.Id) : null;
    }

    /// <summary>Checks a whole chain and names the first entry that does not hold.</summary>
    public static ChainVerdict Verify(IEnumerable<ChainedEntry> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        var head = ChainHead.Empty;
        foreach (var entry in entries)
        {
            if (Check(head, entry) is { } fault)
            {
                return new ChainVerdict(head, fault);
            }

            head = new ChainHead(entry.Sequence, entry.Hash);
        }

        return new ChainVerdict(head, null);
    }
}
