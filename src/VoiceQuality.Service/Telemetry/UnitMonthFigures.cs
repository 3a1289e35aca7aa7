using VoiceQuality.Sla.Policies;

namespace VoiceQuality.Service.Telemetry;

/// <summary>One unit's current month as metrics show it.</summary>
/// <param name="AccountId">The account.</param>
/// <param name="UnitId">The unit.</param>
/// <param name="AccountName">Shown only when the configuration asks for names.</param>
/// <param name="UnitName">The same.</param>
/// <param name="MeanMos">Mean of the month, 1 to 5; null without a scored call.</param>
/// <param name="AnsweredCalls">Answered calls.</param>
/// <param name="ScoredCalls">Those of them with a score.</param>
/// <param name="CreditPercent">Row of the table in percent, 0 to 100; null while nothing is known.</param>
/// <param name="CreditUsd">What a claim would be granted, US dollars; null while it is not known.</param>
internal sealed record UnitMonthFigures(
    string AccountId,
    string UnitId,
    string AccountName,
    string UnitName,
    double? MeanMos,
    long AnsweredCalls,
    long ScoredCalls,
    int? CreditPercent,
    decimal? CreditUsd)
{
    /// <summary>
    /// What a claim is expected to be granted when the month is over, US dollars; null while unknown.
    /// </summary>
    public decimal? ForecastUsd { get; init; }

    /// <summary>Which score of the calls the mean is of.</summary>
    public MosReading Reading { get; init; }

    /// <summary>Lower end of the forecast's range, US dollars; null while unknown.</summary>
    public decimal? ForecastLowUsd { get; init; }

    /// <summary>Upper end of the forecast's range, US dollars; null while unknown.</summary>
    public decimal? ForecastHighUsd { get; init; }
}
