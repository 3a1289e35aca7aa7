using NodaTime;
using VoiceQuality.Service.Noc;

namespace VoiceQuality.Service.Signalling;

/// <summary>What signalling is added up by.</summary>
internal enum SignallingSubject
{
    /// <summary>Business units.</summary>
    Unit,

    /// <summary>Trunks of the reference data.</summary>
    Trunk,

    /// <summary>Components of the reference data.</summary>
    Component,
}

/// <summary>The pieces of time of a series, in UTC.</summary>
internal enum SignallingStep
{
    /// <summary>No series.</summary>
    None,

    /// <summary>Hours.</summary>
    Hour,

    /// <summary>Days.</summary>
    Day,

    /// <summary>Months.</summary>
    Month,
}

/// <summary>What is asked for, read from a query string.</summary>
internal sealed record SignallingSearch
{
    /// <summary>Longest time of trunks and components, and of a series by hour, days: a month and its edges.</summary>
    public const int LargestHourlyDays = 33;

    private static readonly Dictionary<string, SignallingSubject> Subjects = new(StringComparer.Ordinal)
    {
        ["unit"] = SignallingSubject.Unit,
        ["trunk"] = SignallingSubject.Trunk,
        ["component"] = SignallingSubject.Component,
    };

    private static readonly Dictionary<string, SignallingStep> Steps = new(StringComparer.Ordinal)
    {
        ["none"] = SignallingStep.None,
        ["hour"] = SignallingStep.Hour,
        ["day"] = SignallingStep.Day,
        ["month"] = SignallingStep.Month,
    };

    /// <summary>What it is added up by.</summary>
    public SignallingSubject By { get; init; }

    /// <summary>First hour.</summary>
    public Instant From { get; init; }

    /// <summary>First hour that is not in it any more.</summary>
    public Instant To { get; init; }

    /// <summary>One account; null for all.</summary>
    public string? AccountId { get; init; }

    /// <summary>Pieces of the series.</summary>
    public SignallingStep Step { get; init; }

    /// <summary>The word for <see cref="By"/> in addresses.</summary>
    public string ByName => Subjects.First(pair => pair.Value == By).Key;

    /// <summary>The word for <see cref="Step"/> in addresses.</summary>
    public string StepName => Steps.First(pair => pair.Value == Step).Key;

    /// <summary>Reads a query string; every field that cannot be read is named.</summary>
    /// <param name="query">The query.</param>
    /// <param name="now">Without a time, the 24 hours up to the end of this one are meant.</param>
    /// <param name="step">The series where none is asked for.</param>
    /// <param name="search">What was read.</param>
    /// <param name="errors">What cannot be read, by field.</param>
    public static bool TryRead(
        IQueryCollection query, Instant now, SignallingStep step, out SignallingSearch search,
        out Dictionary<string, string[]> errors)
    {
        errors = [];
        var to = CallSearch.Time(query, "to", errors) is { } until ? RoundUp(until) : RoundUp(now + Duration.Epsilon);
        var from = CallSearch.Time(query, "from", errors) is { } since ? RoundDown(since) : to - Duration.FromDays(1);
        search = new SignallingSearch
        {
            By = WordOf(query, "by", Subjects, SignallingSubject.Unit, errors),
            From = from,
            To = to,
            AccountId = CallSearch.Id(query, "accountId", errors),
            Step = WordOf(query, "step", Steps, step, errors),
        };
        if (errors.Count > 0)
        {
            return false;
        }

        var isHourly = search.By != SignallingSubject.Unit || search.Step == SignallingStep.Hour;
        var limit = isHourly ? LargestHourlyDays : CallSearch.LargestRangeDays;
        if (to <= from)
        {
            errors["to"] = ["must be later than from"];
        }
        else if (to - from > Duration.FromDays(limit))
        {
            errors["to"] = [$"must be at most {limit} days after from"];
        }

        return errors.Count == 0;
    }

    /// <summary>The first instant of the piece of a series that an hour lies in.</summary>
    public static Instant PieceOf(Instant hour, SignallingStep step)
    {
        var local = hour.InUtc().LocalDateTime;
        return step switch
        {
            SignallingStep.Day => Instant.FromUtc(local.Year, local.Month, local.Day, 0, 0),
            SignallingStep.Month => Instant.FromUtc(local.Year, local.Month, 1, 0, 0),
            _ => hour,
        };
    }

    private static Instant RoundDown(Instant instant)
    {
        var ticks = instant.ToUnixTimeTicks();
        return Instant.FromUnixTimeTicks(ticks - (ticks % NodaConstants.TicksPerHour));
    }

    private static Instant RoundUp(Instant instant)
    {
        var down = RoundDown(instant);
        return down == instant ? instant : down + Duration.FromHours(1);
    }

    private static T WordOf<T>(
        IQueryCollection query, string name, Dictionary<string, T> words, T otherwise,
        Dictionary<string, string[]> errors)
    {
        if (CallSearch.One(query, name, errors) is not { } text)
        {
            return otherwise;
        }

        if (words.TryGetValue(text, out var value))
        {
            return value;
        }

        errors[name] = [$"must be one of {string.Join(", ", words.Keys)}"];
        return otherwise;
    }
}
