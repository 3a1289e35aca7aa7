using VoiceQuality.Monitor.Calls;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Quality.Scoring;
using VoiceQuality.Service.Noc;
using VoiceQuality.Service.Pages;
using VoiceQuality.Sla.Policies;

namespace VoiceQuality.Service.Api;

/// <summary>A page of calls, newest first.</summary>
/// <param name="Calls">The calls.</param>
/// <param name="NextCursor">For the page that follows; null when this is the last.</param>
internal sealed record CallListResponse(IReadOnlyList<CallLineResponse> Calls, string? NextCursor);

/// <summary>One call of a list.</summary>
internal sealed record CallLineResponse
{
    public required string Id { get; init; }

    /// <summary>Null for calls that no rule knows.</summary>
    public required string? AccountId { get; init; }

    public required string UnitId { get; init; }

    public required string? From { get; init; }

    public required string? To { get; init; }

    public required string? StartedAt { get; init; }

    public required string? AnsweredAt { get; init; }

    public required string? EndedAt { get; init; }

    public required string Outcome { get; init; }

    public required int? FinalStatus { get; init; }

    public required decimal? DurationMs { get; init; }

    public required decimal? PostDialDelayMs { get; init; }

    public required decimal? MosLq { get; init; }

    public required double? LossPercent { get; init; }

    public required string? UnscoredReason { get; init; }

    /// <summary>What the contract of its account counts of it.</summary>
    public required CountedScoreResponse Counted { get; init; }

    public static CallLineResponse Of(CallLine line) => new()
    {
        Id = line.Id,
        AccountId = line.AccountId,
        UnitId = line.UnitId,
        From = line.From,
        To = line.To,
        StartedAt = Wire.Time(line.StartedAtUs),
        AnsweredAt = Wire.Time(line.AnsweredAtUs),
        EndedAt = Wire.Time(line.EndedAtUs),
        Outcome = Words.Wire(line.Outcome),
        FinalStatus = line.FinalStatus,
        DurationMs = Wire.Milliseconds(line.DurationUs),
        PostDialDelayMs = Wire.Milliseconds(line.PostDialDelayUs),
        MosLq = Wire.Mos(line.MosE4),
        LossPercent = line.LossPercent,
        UnscoredReason = line.UnscoredReason.ToWireName(),
        Counted = CountedScoreResponse.Of(line.Reading, line.Counted),
    };
}
