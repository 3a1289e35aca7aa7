using System.Collections.Immutable;
using NodaTime;

namespace VoiceQuality.Sla.Privacy;

/// <summary>What a customer said, or was sent, about the use of its data.</summary>
public enum ConsentEventKind
{
    /// <summary>The customer was told of its right; this is no approval .</summary>
    Notice,

    /// <summary>The customer approved.</summary>
    OptIn,

    /// <summary>The customer refused, or took back or limited an approval; honoured at any time.</summary>
    OptOut,
}

/// <summary>One event of a consent's history.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="On">The date.</param>
/// <param name="PolicyVersion">The privacy policy in force then; null when it was not recorded.</param>
public sealed record ConsentEvent(ConsentEventKind Kind, LocalDate On, string? PolicyVersion = null);

/// <summary>How long the record of an answer is kept .</summary>
/// <param name="InEffect">Whether the answer still stands: it is then kept while it does and one more year.</param>
/// <param name="Until">The last day on which it must be kept; null while the answer stands.</param>
public readonly record struct ConsentRetention(bool InEffect, LocalDate? Until);

/// <summary>
/// The one gate before data of a customer are used for marketing: only an approval that was given, and
/// not taken back since, permits it. Silence never does, and no approval expires.
/// </summary>
public sealed class ConsentHistory
{
    private const int RetentionYears = 1;

    private readonly ImmutableArray<ConsentEvent> _answers;

    /// <summary>A history; events of one day in the order in which they came.</summary>
    public ConsentHistory(IEnumerable<ConsentEvent> events)
    {
        ArgumentNullException.ThrowIfNull(events);
        _answers = [.. events.Where(given => given.Kind != ConsentEventKind.Notice).OrderBy(given => given.On)];
    }

    /// <summary>Whether the data may be used for marketing on a date.</summary>
    public bool MayUseForMarketing(LocalDate on) =>
        _answers.LastOrDefault(answer => answer.On <= on) is { Kind: ConsentEventKind.OptIn };

    /// <summary>How long the record of the answer that was given on a date is kept; null when there is none.</summary>
    public ConsentRetention? RetentionOf(LocalDate givenOn)
    {
        var index = -1;
        for (var i = 0; i < _answers.Length; i++)
        {
            index = _answers[i].On == givenOn ? i : index;
        }

        if (index < 0)
        {
            return null;
        }

        // The same answer once more ends nothing.
        var end = _answers.Skip(index + 1).FirstOrDefault(answer => answer.Kind != _answers[index].Kind);
        return new ConsentRetention(end is null, end?.On.PlusYears(RetentionYears));
    }
}
