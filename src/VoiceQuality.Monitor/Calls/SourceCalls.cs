using System.Runtime.InteropServices;
using VoiceQuality.Protocols.Network;

namespace VoiceQuality.Monitor.Calls;

/// <summary>
/// The calls of each source in the order they came to where they stand: those that are set up or over, and those that
/// talk. Who has too many loses its own, and of these one that talks last. The calls themselves are the links.
/// </summary>
internal sealed class SourceCalls
{
    private readonly Dictionary<IpAddress128, Share> _shares = [];

    /// <summary>How many calls a source has.</summary>
    public int CountOf(IpAddress128 source) => _shares.TryGetValue(source.Site, out var share) ? share.Count : 0;

    /// <summary>The call that a source loses first.</summary>
    public CallState? FirstToGo(IpAddress128 source) =>
        _shares.TryGetValue(source.Site, out var share) ? share.Others.First ?? share.Talking.First : null;

    /// <summary>Enters a call that has begun.</summary>
    public void Add(CallState call)
    {
        var site = call.Source.Address.Site;
        ref var share = ref CollectionsMarshal.GetValueRefOrAddDefault(_shares, site, out _);
        share ??= new Share(site);
        share.Count++;
        call.Share = share;
        call.IsAmongTalking = false;
        share.Others.AddLast(call);
    }

    /// <summary>A message has come for it: it may talk now, or no more.</summary>
    public static void Note(CallState call)
    {
        var isTalking = call.AnsweredAtNs is not null && !call.HasEnded;
        if (isTalking != call.IsAmongTalking)
        {
            var share = call.Share!;
            share.ListOf(call).Remove(call);
            call.IsAmongTalking = isTalking;
            share.ListOf(call).AddLast(call);
        }
    }

    /// <summary>It is over.</summary>
    public void Remove(CallState call)
    {
        var share = call.Share!;
        share.ListOf(call).Remove(call);
        call.Share = null;
        if (--share.Count == 0)
        {
            _shares.Remove(share.Site);
        }
    }

    /// <summary>The calls of one source.</summary>
    internal sealed class Share(IpAddress128 site)
    {
        public IpAddress128 Site => site;

        public Chain Talking { get; } = new();

        public Chain Others { get; } = new();

        public int Count;

        public Chain ListOf(CallState call) => call.IsAmongTalking ? Talking : Others;
    }

    /// <summary>Calls in a row.</summary>
    internal sealed class Chain
    {
        private CallState? _last;

        public CallState? First { get; private set; }

        public void AddLast(CallState call)
        {
            call.SourcePrevious = _last;
            call.SourceNext = null;
            if (_last is null)
            {
                First = call;
            }
            else
            {
                _last.SourceNext = call;
            }

            _last = call;
        }

        public void Remove(CallState call)
        {
            if (call.SourcePrevious is { } previous)
            {
                previous.SourceNext = call.SourceNext;
            }
            else
            {
                First = call.SourceNext;
            }

            if (call.SourceNext is { } next)
            {
                next.SourcePrevious = call.SourcePrevious;
            }
            else
            {
                _last = call.SourcePrevious;
            }

            call.SourcePrevious = null;
            call.SourceNext = null;
        }
    }
}
