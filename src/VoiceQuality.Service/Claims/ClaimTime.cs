using NodaTime;
using VoiceQuality.Sla.Periods;

namespace VoiceQuality.Service.Claims;

/// <summary>Time as decisions have it: microseconds, which is what is stored.</summary>
internal static class ClaimTime
{
    private const long TicksPerMicrosecond = 10;

    public static Instant Now(TimeProvider time) => Cut(Instant.FromDateTimeOffset(time.GetUtcNow()));

    public static Instant Cut(Instant instant)
    {
        var ticks = instant.ToUnixTimeTicks();
        var rest = ticks % TicksPerMicrosecond;
        return Instant.FromUnixTimeTicks(ticks - (rest < 0 ? rest + TicksPerMicrosecond : rest));
    }

    /// <summary>The month of a day in UTC, by which billing pulls what is posted.</summary>
    public static ServiceMonth PostingMonth(Instant now)
    {
        var day = now.InUtc();
        return new ServiceMonth(day.Year, day.Month);
    }
}
