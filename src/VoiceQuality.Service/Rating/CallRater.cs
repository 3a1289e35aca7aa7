using VoiceQuality.Monitor.Calls;
using VoiceQuality.Service.Ingest;
using VoiceQuality.Service.TrustPage;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Rating;
using VoiceQuality.Sla.TollFree;
using VoiceQuality.Storage.Calls;
using VoiceQuality.Storage.Rating;

namespace VoiceQuality.Service.Rating;

/// <summary>
/// Rates calls before they are stored, and stored ones again; says which attempts used a Local Number as the contract
/// does not know.
/// </summary>
internal sealed class CallRater(RatingDirectory ratings, IAccountBookSource accounts, ILogger<CallRater> logger)
{
    /// <summary>
    /// The calls, the answered ones of accounts rated. When the reference data cannot be read they are stored without,
    /// their month is then not known, and they are rated later.
    /// </summary>
    public async Task<IReadOnlyList<MeasuredCall>> RateAsync(
        IReadOnlyList<MeasuredCall> calls, CancellationToken cancellationToken)
    {
        if (calls.Count == 0)
        {
            return calls;
        }

        RatingFingerprints fingerprints;
        try
        {
            fingerprints = await ratings.GetAsync(cancellationToken);
        }
        catch (Exception e) when (e is not (OutOfMemoryException or OperationCanceledException))
        {
            logger.ReferenceUnreadable(e, calls.Count);
            return calls;
        }

        var book = accounts.Book;
        return
        [
            .. calls.Select(measured => WithAlarm(measured, book, fingerprints)).Select(measured =>
                measured is
                {
                    Month: { } month, Call: { Outcome: CallOutcome.Answered, AnsweredAtUs: { } answeredAtUs },
                }
                    && book.FindAccount(measured.AccountId) is { } account
                    ? measured with
                    {
                        Rating = new MeasuredRating(
                            MeasuredCallRating.Rate(SignallingOf(measured, answeredAtUs), fingerprints.Book),
                            fingerprints.Of(account.AccountId, account.Calendar.Bounds(month))),
                    }
                    : measured),
        ];
    }

    /// <summary>Rates a stored call.</summary>
    public static CallRatingResult Rate(CallToRate call, string accountId, RatingFingerprints fingerprints) =>
        MeasuredCallRating.Rate(SignallingOf(call, accountId), fingerprints.Book);

    /// <summary>What the operations centre is told of a stored call by the numbers that are held now .</summary>
    public static LocalNumberAlarm AlarmOf(CallToRate call, string accountId, RatingFingerprints fingerprints) =>
        MeasuredCallRating.FindLocalNumberUse(SignallingOf(call, accountId), fingerprints.Book) is { } use
            ? LocalNumber.Decide(use).Alarm
            : LocalNumberAlarm.None;

    private static CallSignalling SignallingOf(CallToRate call, string accountId) => new()
    {
        CallId = call.Key.ToString(),
        AccountId = accountId,
        UnitId = call.UnitId,
        Source = AccountDirectory.AddressOf(call.Source),
        SourcePort = call.Source.Port,
        Destination = AccountDirectory.AddressOf(call.Destination),
        DestinationPort = call.Destination.Port,
        From = call.Identity.Caller,
        To = call.Identity.Callee,
        RequestUser = call.Identity.RequestUser,
        AssertedIdentities = call.Identity.AssertedIdentities,
        RemotePartyIds = call.Identity.RemotePartyIds,
        AnsweredAtUs = call.AnsweredAtUs,
        EndedAtUs = call.EndedAtUs,
    };

    // Also of an attempt that was refused: somebody may have needed help.
    private static MeasuredCall WithAlarm(MeasuredCall measured, AccountBook book, RatingFingerprints fingerprints) =>
        book.FindAccount(measured.AccountId) is not null
            && MeasuredCallRating.FindLocalNumberUse(
                SignallingOf(measured, measured.Call.AnsweredAtUs ?? measured.Call.StartedAtUs), fingerprints.Book)
                is { } use
            ? measured with { Alarm = LocalNumber.Decide(use).Alarm }
            : measured;

    private static CallSignalling SignallingOf(MeasuredCall measured, long answeredAtUs)
    {
        var call = measured.Call;
        return new CallSignalling
        {
            CallId = CallKey.Of(call).ToString(),
            AccountId = measured.AccountId,
            UnitId = measured.UnitId,
            Source = AccountDirectory.AddressOf(call.SignallingSource),
            SourcePort = call.SignallingSource.Port,
            Destination = AccountDirectory.AddressOf(call.SignallingDestination),
            DestinationPort = call.SignallingDestination.Port,
            From = call.Caller,
            To = call.Callee,
            RequestUser = call.RequestUser,
            AssertedIdentities = call.AssertedIdentities,
            RemotePartyIds = call.RemotePartyIds,
            AnsweredAtUs = answeredAtUs,
            EndedAtUs = call.EndedAtUs,
        };
    }
}
