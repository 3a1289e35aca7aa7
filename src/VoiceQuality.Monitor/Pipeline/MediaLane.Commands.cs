using VoiceQuality.Monitor.Streams;

namespace VoiceQuality.Monitor.Pipeline;

/// <content>What signalling and packet time tell a lane.</content>
internal sealed partial class MediaLane
{
    /// <summary>Commands whose calls and places are looked up together.</summary>
    private const int AheadCommands = 16;

    private readonly LaneCall?[] _aheadCalls = new LaneCall?[AheadCommands];

    /// <summary>Asks the processor for what some commands will need, one step after the other.</summary>
    private void Prefetch(ReadOnlySpan<LaneCommand> commands)
    {
        var calls = _aheadCalls.AsSpan(0, commands.Length);
        for (var i = 0; i < commands.Length; i++)
        {
            ref readonly var command = ref commands[i];
            calls[i] = command.Kind == LaneCommandKind.Close ? _directory.Prefetch(command.CallRef) : null;
            if (command.Kind == LaneCommandKind.Announce)
            {
                _directory.Prefetch(command.Announcement!);
            }
        }

        foreach (var call in calls)
        {
            if (call is not null)
            {
                _directory.PrefetchPlaces(call);
            }
        }
    }

    private void Execute(in LaneCommand command)
    {
        switch (command.Kind)
        {
            case LaneCommandKind.Announce:
                Announce(command);
                break;
            case LaneCommandKind.Answered:
                Answer(_directory.CallOf(command.CallRef, _batch.Texts[command.CallId]), command.AtNs);
                break;
            case LaneCommandKind.Ended:
                _directory.MarkEnded(command.CallRef);
                break;
            case LaneCommandKind.Close:
                Close(command.CallRef);
                break;
            case LaneCommandKind.Shed:
                SetShedLevel((int)command.AtNs);
                break;
            case LaneCommandKind.Tick:
                _nowNs = command.AtNs;
                Sweep();
                _tick++;
                break;
            case LaneCommandKind.Step:
                _tick++;
                break;
            case LaneCommandKind.Checkpoint:
                ReportOpen();
                _tick++;
                break;
            default:
                FinishAll();
                _tick++;
                break;
        }
    }

    private void Announce(in LaneCommand command)
    {
        var announcement = command.Announcement!;
        var call = _directory.CallOf(command.CallRef, _batch.Texts[command.CallId]);
        if (call.Resumes(announcement.Party, announcement.IsHold))
        {
            Resume(call, command.AtNs);
        }

        NoteMediaDue(call);
        call.NoteSentAgain(announcement.SentAgain);

        if (!announcement.HasPlace)
        {
            return;
        }

        foreach (var displaced in _directory.Announce(call, announcement))
        {
            Finish(displaced);
        }

        foreach (var flow in _directory.WatchedAt(announcement))
        {
            flow.IsIgnored = false;
            foreach (var stream in flow.Streams)
            {
                if (stream.Endpoint is null && _directory.Find(flow, out var direction) is { } endpoint)
                {
                    Tie(stream, endpoint, direction);
                    if (stream.Meter.FirstArrivalNs < call.AnsweredAtNs)
                    {
                        stream.Meter.BeginAnswered(call.AnsweredAtNs);
                    }
                }
            }
        }
    }

    private void ReportOpen()
    {
        foreach (var stream in _streams)
        {
            if (stream is { IsConfirmed: true, IsFinished: false })
            {
                _batch.Open.Add((
                    stream.Endpoint?.Call.CallRef ?? 0, _records.Build(stream, stream.Meter.Clone())));
            }
        }
    }

    private static void Resume(LaneCall call, long atNs)
    {
        foreach (var stream in call.Streams)
        {
            if (!stream.IsFinished && atNs - stream.LastPacketNs > HoldSilenceNs)
            {
                stream.Meter.NoteResumed();
            }
        }
    }

    private static void NoteMediaDue(LaneCall call)
    {
        foreach (var stream in call.Streams)
        {
            stream.Meter.IsMediaDue = call.IsMediaDue;
        }
    }

    private static void Answer(LaneCall call, long atNs)
    {
        call.HasEnded = false;
        if (call.AnsweredAtNs != 0)
        {
            return;
        }

        call.AnsweredAtNs = atNs;
        foreach (var stream in call.Streams)
        {
            stream.Meter.BeginAnswered(atNs);
        }

        NoteMediaDue(call);
    }

    private void Close(int callRef)
    {
        if (_directory.Forget(callRef) is { } call)
        {
            foreach (var stream in call.Streams)
            {
                Finish(stream);
            }
        }
    }
}
