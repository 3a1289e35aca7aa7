namespace VoiceQuality.Monitor.Streams;

/// <summary>
/// The streams of a flow in the order they came. One, as nearly all flows have, takes no memory of its own.
/// </summary>
internal struct StreamList
{
    private StreamState? _first;
    private List<StreamState>? _further;

    /// <summary>How many there are.</summary>
    public readonly int Count => _first is null ? 0 : 1 + (_further?.Count ?? 0);

    /// <summary>One of them, 0 to <see cref="Count"/>, exclusive.</summary>
    public readonly StreamState this[int index] => index == 0 ? _first! : _further![index - 1];

    public void Add(StreamState stream)
    {
        if (_first is null)
        {
            _first = stream;
        }
        else
        {
            (_further ??= []).Add(stream);
        }
    }

    public void Remove(StreamState stream)
    {
        if (_first != stream)
        {
            _further?.Remove(stream);
            return;
        }

        _first = null;
        if (_further is { Count: > 0 } further)
        {
            _first = further[0];
            further.RemoveAt(0);
        }
    }

    public readonly Enumerator GetEnumerator() => new(this);

    /// <summary>Goes through the streams of a list that does not change meanwhile.</summary>
    public struct Enumerator(StreamList list)
    {
        private int _next;

        public StreamState Current { readonly get; private set; } = null!;

        public bool MoveNext()
        {
            if (_next >= list.Count)
            {
                return false;
            }

            Current = list[_next++];
            return true;
        }
    }
}
