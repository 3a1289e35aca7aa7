using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using NodaTime;

namespace VoiceQuality.Sla.Rating;

/// <summary>Values that replace one another: each is in force from its instant until the next begins.</summary>
/// <remarks>Before the first there is none: whoever asks must say so and not make one up.</remarks>
public sealed class EffectiveDated<T>
    where T : notnull
{
    private readonly ImmutableArray<(Instant From, T Value)> _entries;

    /// <summary>Orders the entries, whatever order they come in.</summary>
    /// <exception cref="ArgumentException">Two entries begin at the same instant.</exception>
    public EffectiveDated(IEnumerable<(Instant From, T Value)> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        _entries = [.. entries.OrderBy(entry => entry.From)];
        for (var i = 1; i < _entries.Length; i++)
        {
            if (_entries[i].From == _entries[i - 1].From)
            {
                throw new ArgumentException("Two entries begin at the same instant.", nameof(entries));
            }
        }
    }

    /// <summary>The entries, earliest first.</summary>
    public ImmutableArray<(Instant From, T Value)> Entries => _entries;

    /// <summary>
    /// The values in force at some instant of a span, each with the first instant of the span at which it is.
    /// </summary>
    /// <param name="from">Inclusive.</param>
    /// <param name="to">Exclusive.</param>
    public IEnumerable<(Instant From, T Value)> During(Instant from, Instant to)
    {
        for (var i = 0; i < _entries.Length && _entries[i].From < to; i++)
        {
            if (i + 1 == _entries.Length || _entries[i + 1].From > from)
            {
                yield return (Instant.Max(_entries[i].From, from), _entries[i].Value);
            }
        }
    }

    /// <summary>The value in force at an instant; false before the first.</summary>
    public bool TryGetAt(Instant instant, [MaybeNullWhen(false)] out T value)
    {
        var low = 0;
        var high = _entries.Length;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_entries[middle].From <= instant)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        value = low > 0 ? _entries[low - 1].Value : default;
        return low > 0;
    }
}

/// <summary>Makes dated values.</summary>
public static class EffectiveDated
{
    /// <summary>One value that has always been in force.</summary>
    public static EffectiveDated<T> Always<T>(T value)
        where T : notnull => new([(Instant.MinValue, value)]);
}
