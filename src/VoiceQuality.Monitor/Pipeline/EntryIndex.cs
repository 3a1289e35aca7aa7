namespace VoiceQuality.Monitor.Pipeline;

/// <summary>How an entry of a <see cref="EntryIndex{TKey, TReader}"/> tells its key.</summary>
internal interface IKeyReader<TKey>
{
    /// <summary>The key of an entry.</summary>
    static abstract TKey KeyOf(object entry);
}

/// <summary>
/// Entries that know their own key, in an open-addressing table of nothing but references: a sixth of what a dictionary
/// takes. At most three quarters of it are taken.
/// </summary>
internal sealed class EntryIndex<TKey, TReader>
    where TKey : struct, IEquatable<TKey>
    where TReader : struct, IKeyReader<TKey>
{
    private const int LeastSlots = 16;

    private object?[] _slots = new object?[LeastSlots];

    /// <summary>Number of entries.</summary>
    public int Count { get; private set; }

    /// <summary>The entries in no particular order; the table must not change meanwhile.</summary>
    public IEnumerable<object> Entries
    {
        get
        {
            foreach (var entry in _slots)
            {
                if (entry is not null)
                {
                    yield return entry;
                }
            }
        }
    }

    /// <summary>The entry of a key; null without.</summary>
    public object? Find(TKey key) => _slots[SlotOf(key)];

    /// <summary>Adds an entry, or puts it in the place of the one with its key.</summary>
    public void Set(TKey key, object entry)
    {
        var at = SlotOf(key);
        if (_slots[at] is null)
        {
            if ((Count + 1) * 4 > _slots.Length * 3)
            {
                Resize(_slots.Length * 2);
                at = SlotOf(key);
            }

            Count++;
        }

        _slots[at] = entry;
    }

    /// <summary>Removes the entry of a key, if there is one.</summary>
    public void Remove(TKey key)
    {
        var gap = SlotOf(key);
        if (_slots[gap] is null)
        {
            return;
        }

        Count--;
        _slots[gap] = null;
        if (_slots.Length > LeastSlots && Count * 8 < _slots.Length)
        {
            Resize(_slots.Length / 2);
            return;
        }

        // What was put behind the gap because of it moves up, so that every search ends at the first empty slot.
        var mask = _slots.Length - 1;
        for (var at = (gap + 1) & mask; _slots[at] is { } entry; at = (at + 1) & mask)
        {
            var home = HomeOf(TReader.KeyOf(entry));
            if (((at - home) & mask) >= ((at - gap) & mask))
            {
                _slots[gap] = entry;
                _slots[at] = null;
                gap = at;
            }
        }
    }

    /// <summary>Mixes well what hash codes may leave alike: the keys are chosen by whoever sends.</summary>
    private int HomeOf(TKey key)
    {
        var hash = (uint)key.GetHashCode();
        hash = (hash ^ (hash >> 16)) * 0x85EB_CA6B;
        hash = (hash ^ (hash >> 13)) * 0xC2B2_AE35;
        return (int)(hash ^ (hash >> 16)) & (_slots.Length - 1);
    }

    /// <summary>Where the entry of a key is, or would be.</summary>
    private int SlotOf(TKey key)
    {
        var mask = _slots.Length - 1;
        var at = HomeOf(key);
        while (_slots[at] is { } entry && !TReader.KeyOf(entry).Equals(key))
        {
            at = (at + 1) & mask;
        }

        return at;
    }

    private void Resize(int length)
    {
        var old = _slots;
        _slots = new object?[length];
        foreach (var entry in old)
        {
            if (entry is not null)
            {
                _slots[SlotOf(TReader.KeyOf(entry))] = entry;
            }
        }
    }
}
