using VoiceQuality.Monitor.Calls;
using VoiceQuality.Monitor.Streams;

namespace VoiceQuality.Storage.Tests;

/// <summary>Compares records whose lists a record's own equality compares by reference.</summary>
internal static class CallAssert
{
    private static readonly Dictionary<string, string> NoHeaders = [];

    public static void Same(CallRecord written, CallRecord actual)
    {
        // What follows from the streams is not stored, but made again.
        var expected = CallRestoration.Of(written, written.Streams);
        Assert.Equal(expected.Flags, actual.Flags);
        Assert.Equal(expected.Copies, actual.Copies);
        Assert.Equal(expected.Headers.OrderBy(pair => pair.Key), actual.Headers.OrderBy(pair => pair.Key));
        Assert.Equal(expected.Ladder, actual.Ladder);
        Assert.Equal(expected.AssertedIdentities, actual.AssertedIdentities);
        Assert.Equal(expected.RemotePartyIds, actual.RemotePartyIds);
        Assert.Equal(expected.Streams.Count, actual.Streams.Count);
        foreach (var (left, right) in expected.Streams.Zip(actual.Streams))
        {
            Same(left, right);
        }

        Assert.Equal(Bare(expected), Bare(actual));
    }

    public static void Same(StreamRecord expected, StreamRecord actual)
    {
        Assert.Equal(expected.Intervals, actual.Intervals);
        Assert.Equal(expected.Remote.Length, actual.Remote.Length);
        foreach (var (left, right) in expected.Remote.Zip(actual.Remote))
        {
            Assert.Equal(left.Figures.AsEnumerable(), right.Figures);
            Assert.Equal(left with { Figures = [] }, right with { Figures = [] });
        }

        Assert.Equal(expected.SpeechCodecs.AsEnumerable(), actual.SpeechCodecs);
        Assert.Equal(expected.Emulations.AsEnumerable(), actual.Emulations);
        Assert.Equal(Bare(expected), Bare(actual));
    }

    private static CallRecord Bare(CallRecord call) => call with
    {
        Headers = NoHeaders, Ladder = [], Streams = [], AssertedIdentities = [], RemotePartyIds = [], Flags = [],
        Copies = [],
    };

    private static StreamRecord Bare(StreamRecord stream) =>
        stream with { Intervals = [], Remote = [], SpeechCodecs = [], Emulations = [] };
}
