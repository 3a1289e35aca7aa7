using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using NodaTime;

namespace VoiceQuality.Sla.Audit;

/// <summary>The end of the trail, from which the next entry goes on.</summary>
/// <param name="Sequence">Number of entries.</param>
/// <param name="Hash">Hash of the last one.</param>
public readonly record struct AuditHead(long Sequence, string Hash)
{
    /// <summary>The head of a trail without entries.</summary>
    public static AuditHead Empty { get; } = new(0, new string('0', 64));

    /// <summary>"12:3f…", as it is noted elsewhere.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Sequence}:{Hash}");

    /// <summary>Reads a noted head.</summary>
    public static bool TryParse(string? text, out AuditHead head)
    {
        head = default;
        var colon = text?.IndexOf(':') ?? -1;
        if (colon < 1
            || !long.TryParse(text.AsSpan(0, colon), NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)
            || text![(colon + 1)..] is not { Length: 64 } hash
            || hash.AsSpan().ContainsAnyExcept(AuditEvent.LowerHex))
        {
            return false;
        }

        head = new AuditHead(sequence, hash);
        return true;
    }
}

/// <summary>How the trail does not hold.</summary>
public enum AuditBreak
{
    /// <summary>A number does not follow the one before: an entry was taken out or put in.</summary>
    SequenceHasGap,

    /// <summary>An entry was not made after the one that stands before it.</summary>
    PreviousHashDiffers,

    /// <summary>An entry does not say what it said when it was recorded.</summary>
    HashDiffers,

    /// <summary>An entry cannot be read.</summary>
    EntryIsUnreadable,

    /// <summary>The trail ends before, or went another way than, a head that was noted earlier.</summary>
    NotedHeadIsMissing,
}

/// <summary>Whether a trail holds.</summary>
/// <param name="Head">The last entry that holds.</param>
/// <param name="Fault">How the next one does not; null when all do.</param>
/// <param name="FaultAt">Place of that entry; 0 where it is none.</param>
public sealed record AuditVerdict(AuditHead Head, AuditBreak? Fault = null, long FaultAt = 0)
{
    /// <summary>Whether every entry says what it said when it was recorded.</summary>
    public bool Holds => Fault is null;
}

/// <summary>
/// Each entry is hashed together with the hash of the one before it. A chain alone does not show that its end
/// was cut off: note a head elsewhere for that.
/// </summary>
public static class AuditChain
{
    private const string Format = "voicequality-audit-1";

    /// <summary>Puts an event behind the last entry.</summary>
    /// <exception cref="ArgumentException">The event says what the trail does not take.</exception>
    public static AuditEntry Append(AuditHead head, AuditEvent what, Instant recordedAt)
    {
        ArgumentNullException.ThrowIfNull(what);
        if (what.FindFault() is { } fault)
        {
            throw new ArgumentException($"The audit trail takes no such event: {fault}.", nameof(what));
        }

        // The trail keeps microseconds, and hashes what it keeps.
        var at = Instant.FromUnixTimeTicks(FloorToMicrosecond(recordedAt.ToUnixTimeTicks()));
        var sequence = head.Sequence + 1;
        return new AuditEntry(sequence, at, what, head.Hash, HashOf(sequence, at, head.Hash, what));
    }

    /// <summary>How an entry does not hold behind a head; null when it does.</summary>
    public static AuditBreak? Check(AuditHead head, AuditEntry next)
    {
        ArgumentNullException.ThrowIfNull(next);
        return next.Sequence != head.Sequence + 1 ? AuditBreak.SequenceHasGap
            : next.PreviousHash != head.Hash ? AuditBreak.PreviousHashDiffers
            : next.Hash != HashOf(next.Sequence, next.RecordedAt, next.PreviousHash, next.Event)
                ? AuditBreak.HashDiffers
            : null;
    }

    private static string HashOf(long sequence, Instant at, string previousHash, AuditEvent what)
    {
        var text = new StringBuilder(512);
        text.Append(CultureInfo.InvariantCulture, $"{Format}\nsequence={sequence}\nprevious={previousHash}\n");
        text.Append(CultureInfo.InvariantCulture, $"recorded_at_us={at.ToUnixTimeTicks() / 10}\n");
        what.AppendTo(text);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    private static long FloorToMicrosecond(long ticks) => ticks - (((ticks % 10) + 10) % 10);
}
