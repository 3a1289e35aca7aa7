using System.Collections.Immutable;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Quality;

namespace VoiceQuality.Monitor.Calls;

/// <summary>What is remarkable about the media of a call. It moves no score. The wire name is in camelCase.</summary>
public enum CallFlag
{
    /// <summary>Answered for 5 s or more, and no media after the answer.</summary>
    NoMedia,

    /// <summary>Answered for 5 s or more, and media from one party alone.</summary>
    OneWay,

    /// <summary>Media went on for more than 2 s after the end.</summary>
    MediaAfterEnd,

    /// <summary>A G.711 stream repeated the same octets for 2 s or more.</summary>
    FrozenAudio,

    /// <summary>Nine in ten packets of a G.711 stream that were looked at were silent, over 5 s or more.</summary>
    SilentAudio,

    /// <summary>One in a hundred samples of a G.711 stream or more was at full scale.</summary>
    ClippedAudio,

    /// <summary>Something between the parties ends RTCP, so the delay of a stream of the call is not known.</summary>
    RtcpTerminated,
}

/// <summary>Finds the flags of a call, out of what is stored of it.</summary>
public static class CallFlags
{
    private const long LeastAnsweredUs = 5_000_000;
    private const long LateUs = 2_000_000;

    /// <summary>The flags in their order; none for a call that was not answered.</summary>
    public static ImmutableArray<CallFlag> Of(CallRecord call)
    {
        ArgumentNullException.ThrowIfNull(call);

        if (call is not { Outcome: CallOutcome.Answered, AnsweredAtUs: { } answeredAtUs })
        {
            return [];
        }

        var flags = ImmutableArray.CreateBuilder<CallFlag>();
        AddPresence(flags, call, answeredAtUs);
        if (call.EndedAtUs is { } endedAtUs && call.Streams.Any(stream => stream.EndedAtUs - endedAtUs > LateUs))
        {
            flags.Add(CallFlag.MediaAfterEnd);
        }

        AddWhen(CallFlag.FrozenAudio, static audio => audio.LongestFrozenMs >= 2_000);
        AddWhen(CallFlag.SilentAudio, static audio =>
            audio.Silent * 10 >= audio.Packets * 9 && audio.LongestSilenceMs >= 4_500);
        AddWhen(CallFlag.ClippedAudio, static audio => audio.Clipped * 100 >= audio.Samples);
        if (call.Streams.Any(static stream => stream.IsRtcpTerminated))
        {
            flags.Add(CallFlag.RtcpTerminated);
        }

        return flags.ToImmutable();

        void AddWhen(CallFlag flag, Func<Audio.AudioCounters, bool> isSo)
        {
            if (call.Streams.Any(stream => stream.Audio is { } audio && isSo(audio)))
            {
                flags.Add(flag);
            }
        }
    }

    private static void AddPresence(ImmutableArray<CallFlag>.Builder flags, CallRecord call, long answeredAtUs)
    {
        if ((call.EndedAtUs ?? answeredAtUs) - answeredAtUs < LeastAnsweredUs)
        {
            return;
        }

        var heard = call.Streams.Where(stream => stream.EndedAtUs > answeredAtUs).ToArray();
        if (heard.Length == 0)
        {
            flags.Add(CallFlag.NoMedia);
            return;
        }

        bool Has(MediaDirection direction) => heard.Any(stream => stream.Direction == direction);
        if (heard.All(static stream => stream.Direction is not null)
            && Has(MediaDirection.FromCaller) != Has(MediaDirection.FromCallee))
        {
            flags.Add(CallFlag.OneWay);
        }
    }
}
