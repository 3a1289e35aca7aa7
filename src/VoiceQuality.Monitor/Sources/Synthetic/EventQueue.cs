using System.Diagnostics;

namespace VoiceQuality.Monitor.Sources.Synthetic;

internal enum SyntheticEventKind : byte
{
    Signalling,
    Media,
    HeldPacket,
    Report,
}

/// <summary>Something that is due: of one call, and of one direction or held packet.</summary>
internal readonly record struct SyntheticEvent(
    long TimeNs, int CallSlot, int HeldSlot, SyntheticEventKind Kind, byte Direction);

/// <summary>
/// Events by time in a heap with four children to a node, which touches fewer cache lines than a binary one. Its
/// order depends on the calls alone, so it is the same in every run.
/// </summary>
internal sealed class EventQueue
{
    private const int Arity = 4;

    private SyntheticEvent[] _events = new SyntheticEvent[256];

    public int Count { get; private set; }

    public ref readonly SyntheticEvent Top => ref _events[0];

    public void Push(in SyntheticEvent item)
    {
        if (Count == _events.Length)
        {
            Array.Resize(ref _events, Count * 2);
        }

        var at = Count++;
        while (at > 0)
        {
            var parent = (at - 1) / Arity;
            if (_events[parent].TimeNs <= item.TimeNs)
            {
                break;
            }

            _events[at] = _events[parent];
            at = parent;
        }

        _events[at] = item;
    }

    /// <summary>
    /// Moves the first event to a later time. What was pushed since it came first must not be earlier.
    /// </summary>
    public void DelayTop(long timeNs)
    {
        Debug.Assert(timeNs >= _events[0].TimeNs, "Time does not run backwards.");
        Sink(_events[0] with { TimeNs = timeNs });
    }

    public void Pop()
    {
        Count--;
        if (Count > 0)
        {
            Sink(_events[Count]);
        }
    }

    private void Sink(SyntheticEvent item)
    {
        var events = _events;
        var at = 0;

        while (true)
        {
            var first = at * Arity + 1;
            if (first >= Count)
            {
                break;
            }

            var earliest = first;
            var end = Math.Min(first + Arity, Count);
            for (var child = first + 1; child < end; child++)
            {
                if (events[child].TimeNs < events[earliest].TimeNs)
                {
                    earliest = child;
                }
            }

            if (events[earliest].TimeNs >= item.TimeNs)
            {
                break;
            }

            events[at] = events[earliest];
            at = earliest;
        }

        events[at] = item;
    }
}
