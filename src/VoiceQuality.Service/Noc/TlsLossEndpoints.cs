using Microsoft.AspNetCore.Http.HttpResults;
using VoiceQuality.Service.Api;
using VoiceQuality.Storage.CaptureLoss;

namespace VoiceQuality.Service.Noc;

/// <summary>Times in which SIP over TLS could not be read.</summary>
/// <param name="TlsLoss">The latest begin first.</param>
/// <param name="Before">For the page that follows; null when this is the last.</param>
internal sealed record TlsLossListResponse(IReadOnlyList<TlsLossResponse> TlsLoss, string? Before);

/// <summary>A time in which SIP over TLS could not be read at a tap: calls on it are missing or incomplete.</summary>
/// <param name="Tap">Interface, agent or capture file.</param>
/// <param name="BeganAt">Begin, by the clock of the capture.</param>
/// <param name="EndedAt">The last such event so far.</param>
/// <param name="ResolvedAt">When a minute had passed without one, or the tap ended; null while it may go on.</param>
/// <param name="Gaps">Times that octets of a connection were missing and reading went on behind them.</param>
/// <param name="GivenUp">Connections that were given up because octets were missing or made no sense.</param>
/// <param name="SuitesNotRead">Connections of a version or suite that is not read.</param>
/// <param name="WithoutRoom">Connections that were given up for want of room.</param>
internal sealed record TlsLossResponse(
    string Tap, string BeganAt, string EndedAt, string? ResolvedAt, long Gaps, long GivenUp, long SuitesNotRead,
    long WithoutRoom)
{
    public static TlsLossResponse Of(StoredTlsLoss loss) => new(
        loss.Tap, Wire.Time(loss.BeganAt), Wire.Time(loss.EndedAt), loss.ResolvedAt is { } at ? Wire.Time(at) : null,
        loss.Gaps, loss.GivenUp, loss.SuitesNotRead, loss.WithoutRoom);
}

/// <summary>What the operations centre is told of SIP over TLS that could not be read.</summary>
internal static class TlsLossEndpoints
{
    /// <summary>Maps <c>/tls-loss</c> among the alarms.</summary>
    public static void Map(RouteGroupBuilder alarms) => alarms.MapGet("/tls-loss", List).WithName("ListTlsLoss")
        .WithSummary("Lists the times in which SIP over TLS could not be read at a tap, latest first.")
        .WithDescription("Query: limit (1 to 1000, default 100), before (UTC, ISO 8601).");

    private static async Task<Results<Ok<TlsLossListResponse>, ValidationProblem>> List(
        HttpContext context, TlsLossRepository losses, CancellationToken cancellationToken)
    {
        var errors = new Dictionary<string, string[]>();
        var (limit, before) = AlarmEndpoints.ReadPage(context.Request.Query, TlsLossRepository.LargestPage, errors);
        if (errors.Count > 0)
        {
            return TypedResults.ValidationProblem(errors);
        }

        var found = await losses.ListAsync(before, limit + 1, cancellationToken);
        return TypedResults.Ok(new TlsLossListResponse(
            [.. found.Take(limit).Select(TlsLossResponse.Of)],
            found.Count > limit ? Wire.Time(found[limit - 1].BeganAt) : null));
    }
}
