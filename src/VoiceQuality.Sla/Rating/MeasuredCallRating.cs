using NodaTime;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Reference;
using VoiceQuality.Sla.TollFree;

namespace VoiceQuality.Sla.Rating;

/// <summary>Rates one measured call: which way it went, which service carried it, and what it costs.</summary>
public static class MeasuredCallRating
{
    private const string EmergencyNumber = "911";

    /// <summary>
    /// Rates an answered call by the reference data in force at its answer. What they do not say is not made up: the
    /// call is then unrated, with a reason.
    /// </summary>
    /// <remarks>
    /// A call whose INVITE comes from a customer's trunk of the account is outbound, one whose INVITE goes to such a
    /// trunk is inbound. An inbound call is of the service that the called number is held for; an outbound one is a
    /// termination, or a call from a Local Number where the caller's number is held for that. The caller's
    /// number is chosen by R-68, where the trunk that sent the INVITE says whether it is to be believed.
    /// </remarks>
    public static CallRatingResult Rate(CallSignalling call, ReferenceBook book)
    {
        ArgumentNullException.ThrowIfNull(call);
        ArgumentNullException.ThrowIfNull(book);
        var at = call.AnsweredAt;
        var source = call.Source is { } from ? book.FindTrunk(from, at, call.SourcePort) : null;
        var destination = call.Destination is { } to ? book.FindTrunk(to, at, call.DestinationPort) : null;
        var isFromOwn = IsOwn(source, call.AccountId);
        var caller = CallerIdentity.Choose(
            call.AssertedIdentities, call.RemotePartyIds, call.From, source?.IsTrustedIdentity == true);

        if (isFromOwn == IsOwn(destination, call.AccountId))
        {
            return CallRatingResult.NotRated(
                call.UnitId, caller.Source,
                isFromOwn ? UnratedReason.DirectionAmbiguous : UnratedReason.DirectionUnknown);
        }

        return isFromOwn ? Outbound(call, caller, book, at) : Inbound(call, caller, book, at);
    }

    /// <summary>
    /// How an attempt used a Local Number of the account; null when it used none outward. What is decided by the
    /// digits is what was dialled: 911 is the emergency service.
    /// </summary>
    /// <param name="call">The attempt; its instant of answer may be that of its beginning.</param>
    /// <param name="book">The reference data.</param>
    public static LocalNumberUse? FindLocalNumberUse(CallSignalling call, ReferenceBook book)
    {
        ArgumentNullException.ThrowIfNull(call);
        ArgumentNullException.ThrowIfNull(book);
        var at = call.AnsweredAt;
        var source = call.Source is { } from ? book.FindTrunk(from, at, call.SourcePort) : null;
        var destination = call.Destination is { } to ? book.FindTrunk(to, at, call.DestinationPort) : null;
        if (!IsOwn(source, call.AccountId) || IsOwn(destination, call.AccountId))
        {
            return null;
        }

        var caller = CallerIdentity.Choose(
            call.AssertedIdentities, call.RemotePartyIds, call.From, source?.IsTrustedIdentity == true);
        return Held(caller.Number, call.AccountId, book, at) != VoiceService.Local ? null
            : (call.RequestUser ?? call.To) == EmergencyNumber ? LocalNumberUse.Emergency
            : LocalNumberUse.Outbound;
    }

    private static CallRatingResult Outbound(
        CallSignalling call, CallerIdentity caller, ReferenceBook book, Instant at)
    {
        // What was dialled decides, also where it is no number: To is written by the caller and routes nothing.
        var dialled = PartyNumber.Read(call.RequestUser);
        var (dnis, dnisSource) = dialled.Form != NumberForm.Blank
            ? (dialled, CalledNumberSource.RequestUri)
            : FromTo(call);
        var service = Held(caller.Number, call.AccountId, book, at) == VoiceService.Local
            ? VoiceService.Local
            : VoiceService.Termination;
        return Rate(call, CallDirection.Outbound, service, caller, dnis, dnisSource, book, at);
    }

    private static CallRatingResult Inbound(
        CallSignalling call, CallerIdentity caller, ReferenceBook book, Instant at)
    {
        // A peer may be called at a number of its own choosing in the request URI; To has then what was dialled.
        var dialled = PartyNumber.Read(call.RequestUser);
        var service = Held(dialled, call.AccountId, book, at);
        var (dnis, dnisSource) = (dialled, CalledNumberSource.RequestUri);
        if (service is null)
        {
            (dnis, dnisSource) = FromTo(call);
            service = Held(dnis, call.AccountId, book, at);
        }

        return service is { } held
            ? Rate(call, CallDirection.Inbound, held, caller, dnis, dnisSource, book, at)
            : CallRatingResult.NotRated(call.UnitId, caller.Source, UnratedReason.CalledNumberNotHeld) with
            {
                Direction = CallDirection.Inbound,
            };
    }

    private static CallRatingResult Rate(
        CallSignalling call,
        CallDirection direction,
        VoiceService service,
        CallerIdentity caller,
        PartyNumber dnis,
        CalledNumberSource dnisSource,
        ReferenceBook book,
        Instant at)
    {
        var rated = CallRating.Rate(
            new UsageCall(
                new CallIds(call.CallId), call.UnitId, direction, service, caller.Number, dnis, at, call.DurationMs),
            book.RatingTablesOf(call.AccountId));
        return CallRatingResult.Of(rated, caller.Source, dnisSource);
    }

    private static (PartyNumber Number, CalledNumberSource Source) FromTo(CallSignalling call)
    {
        var number = PartyNumber.Read(call.To);
        return (number, number.Form == NumberForm.Blank ? CalledNumberSource.None : CalledNumberSource.To);
    }

    private static VoiceService? Held(PartyNumber number, string accountId, ReferenceBook book, Instant at) =>
        number.Form is NumberForm.Blank or NumberForm.Invalid ? null
            : book.FindNumber(number.Number, at) is { } held && held.AccountId == accountId ? held.Service
            : null;

    private static bool IsOwn(Trunk? trunk, string accountId) =>
        trunk is { IsCustomerSide: true } && trunk.AccountId == accountId;
}
