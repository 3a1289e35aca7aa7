namespace VoiceQuality.Sla.Rating;

/// <summary>Which header the caller's number was taken from .</summary>
public enum CallerIdSource
{
    /// <summary>None of them was there.</summary>
    None,

    /// <summary>P-Asserted-Identity (RFC 3325) of a trusted peer.</summary>
    PAssertedIdentity,

    /// <summary>Remote-Party-ID of a trusted peer.</summary>
    RemotePartyId,

    /// <summary>From, which the caller writes.</summary>
    From,
}

/// <summary>The caller's number and where it comes from.</summary>
/// <param name="Number">The number.</param>
/// <param name="Source">The header.</param>
public readonly record struct CallerIdentity(PartyNumber Number, CallerIdSource Source)
{
    /// <summary>
    /// Chooses the caller's number: P-Asserted-Identity, then Remote-Party-ID, then From; the first two count only
    /// from a trusted peer. The first header that is there decides, even if it holds no valid number: otherwise
    /// a caller could have an inconvenient identity passed over. Of several values of one header (RFC 3325 §9.1 allows
    /// a SIP and a tel URI) the first that is a number is taken.
    /// </summary>
    /// <param name="assertedIdentities">URIs or user parts of P-Asserted-Identity, in order.</param>
    /// <param name="remotePartyIds">URIs or user parts of Remote-Party-ID, in order.</param>
    /// <param name="from">URI or user part of From; null or empty when there is none.</param>
    /// <param name="isTrustedPeer">Whether the peer that sent the request is trusted to assert identities.</param>
    public static CallerIdentity Choose(
        IReadOnlyList<string>? assertedIdentities,
        IReadOnlyList<string>? remotePartyIds,
        string? from,
        bool isTrustedPeer)
    {
        if (isTrustedPeer && TryChoose(assertedIdentities, out var number))
        {
            return new CallerIdentity(number, CallerIdSource.PAssertedIdentity);
        }

        if (isTrustedPeer && TryChoose(remotePartyIds, out number))
        {
            return new CallerIdentity(number, CallerIdSource.RemotePartyId);
        }

        return string.IsNullOrWhiteSpace(from)
            ? default
            : new CallerIdentity(PartyNumber.Read(from), CallerIdSource.From);
    }

    private static bool TryChoose(IReadOnlyList<string>? values, out PartyNumber number)
    {
        number = default;
        var isThere = false;
        foreach (var value in values ?? [])
        {
            if (string.IsNullOrWhiteSpace(value))
            {
                continue;
            }

            var read = PartyNumber.Read(value);
            if (read.Form is not (NumberForm.Blank or NumberForm.Invalid))
            {
                number = read;
                return true;
            }

            number = isThere ? number : read;
            isThere = true;
        }

        return isThere;
    }
}
