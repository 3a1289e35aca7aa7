using VoiceQuality.Monitor.Streams;
using VoiceQuality.Protocols.Network;
using VoiceQuality.Quality.Rtp;

namespace VoiceQuality.Monitor.Pipeline;

/// <summary>Who is at a place as SDP names it, and who where such SDP came from.</summary>
internal record struct EndpointPlace(uint Hash, MediaEndpoint? Announced, MediaEndpoint? Behind)
{
    public readonly bool IsEmpty => Announced is null && Behind is null;

    public readonly bool Is(uint hash, IpEndpoint key) =>
        Hash == hash && (Announced ?? Behind)!.Key == key;
}

/// <summary>
/// Endpoints by address and port: open addressing, at most five eighths full, hash and endpoints side by side, so that
/// a look costs one line of the cache.
/// </summary>
internal sealed class EndpointTable
{
    private const int LeastPlaces = 256;

    private EndpointPlace[] _places = new EndpointPlace[LeastPlaces];
    private int _count;

    public EndpointPlace this[IpEndpoint key]
    {
        get
        {
            ref var place = ref Find(key, HashOf(key));
            return place;
        }
    }

    /// <summary>Asks the processor for the place of a key.</summary>
    public void Prefetch(IpEndpoint key) =>
        CacheLines.Prefetch(in _places[(int)HashOf(key) & (_places.Length - 1)], 1);

    public bool Contains(IpEndpoint key) => !Find(key, HashOf(key)).IsEmpty;

    /// <summary>
    /// The place of a key, or the empty one where it belongs: whoever fills it says so by <see cref="Entered"/>. Valid
    /// until then.
    /// </summary>
    public ref EndpointPlace PlaceOf(IpEndpoint key)
    {
        var hash = HashOf(key);
        ref var place = ref Find(key, hash);
        place.Hash = hash;
        return ref place;
    }

    /// <summary>An empty place was filled.</summary>
    public void Entered()
    {
        if (++_count * 8 > _places.Length * 5)
        {
            Resize(_places.Length * 2);
        }
    }

    /// <summary>A place was emptied: what follows it without a gap moves up.</summary>
    public void Left(ref EndpointPlace emptied)
    {
        var places = _places;
        var last = places.Length - 1;
        var gap = (int)emptied.Hash & last;
        while (!places[gap].IsEmpty)
        {
            gap = (gap + 1) & last;
        }

        for (var next = (gap + 1) & last; !places[next].IsEmpty; next = (next + 1) & last)
        {
            var own = (int)places[next].Hash & last;
            if (((next - own) & last) >= ((next - gap) & last))
            {
                places[gap] = places[next];
                gap = next;
            }
        }

        places[gap] = default;
        if (--_count * 16 < places.Length && places.Length > LeastPlaces)
        {
            Resize(places.Length / 4);
        }
    }

    // The framework's keyed hash, with the bits that choose the place mixed once more.
    private static uint HashOf(IpEndpoint key)
    {
        var hash = (uint)key.GetHashCode() * 0x9E37_79B1u;
        return hash ^ (hash >> 15);
    }

    private ref EndpointPlace Find(IpEndpoint key, uint hash)
    {
        var places = _places;
        var last = places.Length - 1;
        for (var i = (int)hash & last; ; i = (i + 1) & last)
        {
            ref var place = ref places[i];
            if (place.IsEmpty || place.Is(hash, key))
            {
                return ref place;
            }
        }
    }

    private void Resize(int length)
    {
        var old = _places;
        _places = new EndpointPlace[Math.Max(length, LeastPlaces)];
        var last = _places.Length - 1;
        foreach (ref readonly var place in old.AsSpan())
        {
            if (!place.IsEmpty)
            {
                var i = (int)place.Hash & last;
                while (!_places[i].IsEmpty)
                {
                    i = (i + 1) & last;
                }

                _places[i] = place;
            }
        }
    }
}
