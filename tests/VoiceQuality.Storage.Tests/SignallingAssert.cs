using VoiceQuality.Monitor.Signalling;
using VoiceQuality.Quality.Signalling;
using VoiceQuality.Storage.Calls;
using VoiceQuality.Storage.Signalling;

namespace VoiceQuality.Storage.Tests;

/// <summary>Counts the signalling of calls again and compares it with what is stored.</summary>
internal static class SignallingAssert
{
    private const long HourUs = 3_600_000_000;

    public static async Task RecountAsync(Database database, IEnumerable<MeasuredCall> stored)
    {
        var calls = stored.Select(measured => (Measured: measured, Counters: SignallingRules.Of(measured.Call)))
            .Where(one => one.Counters.Attempts > 0).ToList();
        var expected = calls
            .GroupBy(one => (
                Hour: one.Measured.Call.StartedAtUs / HourUs * HourUs, one.Measured.AccountId, one.Measured.UnitId))
            .OrderBy(group => group.Key.Hour).ThenBy(group => group.Key.AccountId).ThenBy(group => group.Key.UnitId)
            .Select(group => new UnitSignalling(
                group.Key.AccountId, group.Key.UnitId, group.Key.Hour, Sum(group.Select(one => one.Counters))));
        var queries = new SignallingQueries(database);

        Assert.Equal(
            expected, await queries.ListUnitHoursAsync(0, long.MaxValue, null, null, CancellationToken.None));
        Assert.Equal(
            calls.GroupBy(one => (
                    one.Measured.Call.StartedAtUs / HourUs * HourUs, one.Measured.Call.SignallingSource,
                    one.Measured.Call.SignallingDestination))
                .ToDictionary(group => group.Key, group => Sum(group.Select(one => one.Counters))),
            (await queries.ListPairHoursAsync(0, long.MaxValue, null, CancellationToken.None))
                .ToDictionary(pair => (pair.HourUs, pair.Source!.Value, pair.Destination!.Value), pair => pair.Counters));
    }

    private static SignallingCounters Sum(IEnumerable<SignallingCounters> counters) =>
        counters.Aggregate(default(SignallingCounters), (sum, one) => sum + one);
}
