using VoiceQuality.Monitor.Calls;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Protocols.Network;

namespace VoiceQuality.Monitor.Pipeline;

/// <content>
/// Several calls that are not over may name one place: a port that serves again after a BYE that was lost, a call
/// through several servers that tell it by names of their own, or somebody who wants another one's media. Whose a flow
/// is then tells its other end.
/// </content>
internal sealed partial class EndpointDirectory
{
    /// <summary>Calls that are remembered for one place.</summary>
    private const int MaxClaims = 4;

    /// <summary>Media that came so long ago, ns, still flows.</summary>
    private const long FlowingNs = 2_000_000_000;

    /// <summary>
    /// Which of those who announced a place has a flow: the one that announced its other end too, or is at its other
    /// end; of several the latest. But media that flows stays where it is when the latest is signalled from where
    /// nobody of its call is.
    /// </summary>
    /// <param name="latest">Who announced it last.</param>
    /// <param name="flow">The flow.</param>
    /// <param name="other">What is announced at the other end.</param>
    /// <param name="otherEnd">The address of the other end.</param>
    private static MediaEndpoint Choose(
        MediaEndpoint latest, Flow flow, in EndpointPlace other, IpAddress128 otherEnd)
    {
        var (best, bestRank) = (latest, RankOf(latest, other, otherEnd));
        for (var older = latest.Older; older is not null; older = older.Older)
        {
            var rank = RankOf(older, other, otherEnd);
            if (rank > bestRank || (rank == bestRank && rank >= 0 && IsFlowing(older, flow)
                && !older.Call.SharesSignalling(best.Call)))
            {
                (best, bestRank) = (older, rank);
            }
        }

        return best;
    }

    /// <summary>2 for the announced other end, 1 for its address alone, 0 for neither, -1 for a call that is
    /// over.</summary>
    private static int RankOf(MediaEndpoint endpoint, in EndpointPlace other, IpAddress128 otherEnd) =>
        endpoint.Call.HasEnded ? -1
        : OfCall(other.Announced, endpoint.Call) is not null || OfCall(other.Behind, endpoint.Call) is not null ? 2
        : IsOtherPartyAt(endpoint, otherEnd) ? 1
        : 0;

    private static bool IsOtherPartyAt(MediaEndpoint endpoint, IpAddress128 address) => endpoint.Party is { } party
        && endpoint.Call.IsAt(party == CallParty.Caller ? CallParty.Callee : CallParty.Caller, address);

    /// <summary>
    /// Whether media of an answered call flows between the two ends of a flow, from where its sender said it is. One
    /// lane sees both directions of them, and others need not be in it.
    /// </summary>
    private static bool IsFlowing(MediaEndpoint endpoint, Flow flow)
    {
        if (endpoint.Call.AnsweredAtNs == 0)
        {
            return false;
        }

        foreach (var stream in endpoint.Call.Streams)
        {
            var (from, to) = (stream.Flow.Source, stream.Flow.Destination);
            if (!stream.IsFinished && flow.LastPacketNs - stream.LastPacketNs < FlowingNs
                && ((from == flow.Source && to == flow.Destination) || (from == flow.Destination && to == flow.Source))
                && stream.Direction is { } direction && endpoint.Call.IsAt(
                    direction == Quality.MediaDirection.FromCaller ? CallParty.Caller : CallParty.Callee, from.Address))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsAnyOtherPartyAt(MediaEndpoint? latest, IpAddress128 address)
    {
        for (var endpoint = latest; endpoint is not null; endpoint = endpoint.Older)
        {
            if (IsOtherPartyAt(endpoint, address))
            {
                return true;
            }
        }

        return false;
    }

    private static MediaEndpoint? OfCall(MediaEndpoint? latest, LaneCall call)
    {
        while (latest is not null && latest.Call != call)
        {
            latest = latest.Older;
        }

        return latest;
    }

    /// <summary>Takes what a call has out of those who announced a place.</summary>
    /// <returns>Who is the latest now.</returns>
    private static MediaEndpoint? Without(MediaEndpoint? latest, MediaEndpoint gone)
    {
        if (latest == gone)
        {
            (latest, gone.Older) = (gone.Older, null);
            return latest;
        }

        for (var endpoint = latest; endpoint is not null; endpoint = endpoint.Older)
        {
            if (endpoint.Older == gone)
            {
                (endpoint.Older, gone.Older) = (gone.Older, null);
            }
        }

        return latest;
    }

    /// <summary>
    /// Makes room for a call that announces a place: calls that are over leave it, and when there are too many one
    /// more.
    /// </summary>
    /// <returns>Who is the latest of those left.</returns>
    private MediaEndpoint? MakeRoom(MediaEndpoint? latest, LaneCall newcomer)
    {
        var count = 0;
        var (least, leastHold) = (latest, int.MaxValue);
        for (var (endpoint, next) = (latest, latest?.Older); endpoint is not null; (endpoint, next) = (next, next?.Older))
        {
            if (endpoint.Call.HasEnded)
            {
                Displace(endpoint);
                latest = Without(latest, endpoint);
                continue;
            }

            count++;
            var hold = HoldOf(endpoint, newcomer);
            (least, leastHold) = hold <= leastHold ? (endpoint, hold) : (least, leastHold);
        }

        return count >= MaxClaims ? Without(latest, least!) : latest;
    }

    /// <summary>
    /// How firmly a call has its place, by what all lanes know: those that nobody answered go first, and of them those
    /// of the address that says the most; of those that were answered too.
    /// </summary>
    private static int HoldOf(MediaEndpoint endpoint, LaneCall newcomer)
    {
        var isOfSameSource = endpoint.Call.SharesSignalling(newcomer);
        if (endpoint.Call.AnsweredAtNs != 0)
        {
            return isOfSameSource ? 3 : 4;
        }

        return isOfSameSource ? 0 : endpoint.Call.IsSignalledFrom(endpoint.Key.Address) ? 2 : 1;
    }
}
