namespace VoiceQuality.Monitor.Streams;

/// <summary>
/// A list that hardly ever has more than two: those take no memory of their own. It keeps the order in which they came.
/// </summary>
internal struct FewList<T>
    where T : class
{
    private T? _first;
    private T? _second;
    private List<T>? _further;

    /// <summary>How many there are.</summary>
    public readonly int Count => _first is null ? 0 : _second is null ? 1 : 2 + (_further?.Count ?? 0);

    /// <summary>One of them, 0 to <see cref="Count"/>, exclusive.</summary>
    public readonly T this[int index] => index switch
    {
        0 => _first!,
        1 => _second!,
        _ => _further![index - 2],
    };

    public void Add(T item)
    {
        if (_first is null)
        {
            _first = item;
        }
        else if (_second is null)
        {
            _second = item;
        }
        else
        {
            (_further ??= []).Add(item);
        }
    }

    /// <summary>Takes an item out where it stands first.</summary>
    /// <returns>False when it is not there.</returns>
    public bool Remove(T item)
    {
        if (_first != item && _second != item)
        {
            return _further?.Remove(item) ?? false;
        }

        if (_first == item)
        {
            _first = _second;
        }

        _second = null;
        if (_further is { Count: > 0 } further)
        {
            _second = further[0];
            further.RemoveAt(0);
        }

        return true;
    }

    public readonly Enumerator GetEnumerator() => new(this);

    /// <summary>Goes through the items of a list that does not change meanwhile.</summary>
    public struct Enumerator(FewList<T> list)
    {
        private int _next;

        public T Current { readonly get; private set; } = null!;

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
