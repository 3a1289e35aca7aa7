using Microsoft.Extensions.DependencyInjection.Extensions;
using VoiceQuality.Service.Failures;
using VoiceQuality.Storage.Claims;
using VoiceQuality.Storage.Ledger;
using VoiceQuality.Storage.Months;

namespace VoiceQuality.Service.Claims;

/// <summary>What decisions need.</summary>
internal static class ClaimsServices
{
    /// <summary>Adds claims, restatements and resolutions. They need the ledger and what they are decided on.</summary>
    public static IServiceCollection AddClaims(this IServiceCollection services)
    {
        services.TryAddSingleton<ClaimRepository>();
        services.TryAddSingleton<OutageClaimRepository>();
        services.TryAddSingleton<ResolutionRepository>();
        services.TryAddSingleton<RestatementRepository>();
        services.TryAddSingleton<RestatementResolutionRepository>();
        services.TryAddSingleton<RejectionRepository>();
        services.TryAddSingleton<CounterDigests>();
        services.TryAddSingleton<ClaimReads>();
        services.TryAddSingleton<AccountClaims>();
        services.TryAddSingleton<Reviews>();
        services.TryAddSingleton<MosMonthReader>();
        services.TryAddSingleton<ClaimService>();
        services.TryAddSingleton<MonthAssessor>();
        services.TryAddSingleton<IOutageRecords, FailureRecords>();
        services.TryAddSingleton<OutageFactsReader>();
        services.TryAddSingleton<OutageClaimService>();
        services.TryAddSingleton<ChangedOutages>();
        services.TryAddSingleton<OutageRestater>();
        services.TryAddSingleton<ClaimResolver>();
        services.TryAddSingleton<RestatementResolver>();
        services.TryAddSingleton<DecreaseRejector>();
        services.TryAddSingleton<DollarsAtRisk>();
        return services;
    }
}
