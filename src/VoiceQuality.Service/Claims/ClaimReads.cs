using System.Collections.Immutable;
using NodaTime;
using VoiceQuality.Service.TrustPage;
using VoiceQuality.Sla.Outages;
using VoiceQuality.Sla.Policies;
using VoiceQuality.Storage.Claims;

namespace VoiceQuality.Service.Claims;

/// <summary>The claims of both kinds and what was decided on them, for reading.</summary>
/// <param name="Mos">Claims for MOS credits.</param>
/// <param name="Outages">Claims for outage credits.</param>
/// <param name="Resolutions">What persons decided.</param>
/// <param name="Books">The account book.</param>
internal sealed record ClaimReads(
    ClaimRepository Mos, OutageClaimRepository Outages, ResolutionRepository Resolutions, IAccountBookSource Books)
{
    /// <summary>Where a claim stands in the list; null when the account has no such claim.</summary>
    public async Task<(Instant At, string ClaimId)?> PlaceOfAsync(
        string accountId, string claimId, CancellationToken cancellationToken) =>
        await Mos.GetAsync(accountId, claimId, cancellationToken) is { } claim ? (claim.ReceivedAt, claimId)
            : await Outages.GetAsync(accountId, claimId, cancellationToken) is { } outage ? (outage.ReceivedAt, claimId)
            : null;

    /// <summary>The messages of an outage claim, oldest first.</summary>
    public async Task<ImmutableArray<OutageMessage>> MessagesAsync(
        StoredOutageClaim claim, CancellationToken cancellationToken) =>
    [
        .. (await Outages.ListMessagesAsync(claim.ClaimId, cancellationToken))
            .Select(message => new OutageMessage(message.ReceivedAt, OutageItems.ReadStored(message.Items))),
    ];

    /// <summary>What the messages say together.</summary>
    public ImmutableArray<OutageItem> ItemsOf(StoredOutageClaim claim, ImmutableArray<OutageMessage> messages) =>
        InputsOf(claim, messages).Items;

    /// <summary>What is missing of a claim that is not complete, and by when.</summary>
    public OutageSettlement Settle(StoredOutageClaim claim, ImmutableArray<OutageMessage> messages) =>
        OutageSettlement.Of(InputsOf(claim, messages));

    private OutageSettlementInputs InputsOf(StoredOutageClaim claim, ImmutableArray<OutageMessage> messages)
    {
        var calendar = Books.Book.FindAccount(claim.AccountId)?.Calendar ?? new(DateTimeZone.Utc);
        return new OutageSettlementInputs
        {
            ClaimId = claim.ClaimId,
            AccountId = claim.AccountId,
            Calendar = calendar,
            Messages = messages,
            AsOf = messages.Length > 0 ? messages[^1].At : claim.ReceivedAt,
            Policies = [(calendar.MonthOf(claim.ReceivedAt), ContractPolicy.Default)],
            Components = [],
        };
    }
}
