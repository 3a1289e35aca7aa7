using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using NodaTime;

namespace VoiceQuality.Sla.Rating;

/// <summary>A pricing program (voice connectivity terms, section 1).</summary>
public enum PricingProgram
{
    /// <summary>Flat rate: the only one with a Tier C surcharge .</summary>
    FlatRate,

    /// <summary>Rates by tier.</summary>
    Tiered,

    /// <summary>Rates by LATA and operating company number.</summary>
    LataOcn,
}

/// <summary>The beginning of a program.</summary>
/// <param name="From">First instant at which it is in force.</param>
/// <param name="Program">The program.</param>
/// <param name="NoticeSentAt">When the customer was told; null for the program that the contract began with.</param>
public sealed record ProgramChange(Instant From, PricingProgram Program, Instant? NoticeSentAt = null);

/// <summary>Which program an account was under, and when .</summary>
public sealed class ProgramHistory
{
    private readonly EffectiveDated<PricingProgram> _programs;

    private ProgramHistory(EffectiveDated<PricingProgram> programs) => _programs = programs;

    /// <summary>One program that was always in force.</summary>
    public static ProgramHistory Always(PricingProgram program) => new(EffectiveDated.Always(program));

    /// <summary>
    /// Takes the changes. Each but the first needs a notice that was sent before its effect; two may not begin at the
    /// same instant.
    /// </summary>
    /// <param name="changes">The changes, in any order.</param>
    /// <param name="history">The history.</param>
    /// <param name="bad">The first change that is refused; null also when there is no change at all.</param>
    public static bool TryCreate(
        IEnumerable<ProgramChange> changes, [NotNullWhen(true)] out ProgramHistory? history, out ProgramChange? bad)
    {
        ArgumentNullException.ThrowIfNull(changes);
        ImmutableArray<ProgramChange> ordered = [.. changes.OrderBy(change => change.From)];
        history = null;
        bad = null;

        for (var i = 1; i < ordered.Length; i++)
        {
            if (ordered[i].From == ordered[i - 1].From || !Notice.IsBefore(ordered[i].NoticeSentAt, ordered[i].From))
            {
                bad = ordered[i];
                return false;
            }
        }

        if (ordered.Length > 0)
        {
            history = new ProgramHistory(new([.. ordered.Select(change => (change.From, change.Program))]));
        }

        return history is not null;
    }

    /// <summary>The programs and when each begins.</summary>
    internal EffectiveDated<PricingProgram> Entries => _programs;

    /// <summary>The program in force at the answer of a call; null before the first.</summary>
    public PricingProgram? Find(Instant answeredAt) =>
        _programs.TryGetAt(answeredAt, out var program) ? program : null;
}

/// <summary>What counts as prior written notice .</summary>
internal static class Notice
{
    public static bool IsBefore(Instant? sentAt, Instant effect) => sentAt is { } sent && sent < effect;
}
