using Microsoft.Extensions.DependencyInjection.Extensions;
using VoiceQuality.Service.Reference;
using VoiceQuality.Storage.Calls;
using VoiceQuality.Storage.CaptureLoss;
using VoiceQuality.Storage.Failures;

namespace VoiceQuality.Service.Failures;

/// <summary>What failures of components need.</summary>
internal static class FailureServices
{
    /// <summary>
    /// Adds what is asked for. It needs the open database, the accounts, policies and reference data.
    /// </summary>
    public static IServiceCollection AddFailures(this IServiceCollection services)
    {
        services.AddReference();
        services.TryAddSingleton<ProbeRepository>();
        services.TryAddSingleton<WatchedRepository>();
        services.TryAddSingleton<AttemptBackfill>();
        services.TryAddSingleton<AttemptRepository>();
        services.TryAddSingleton<FailureRepository>();
        services.TryAddSingleton<ExclusionRepository>();
        services.TryAddSingleton<BlockReviewRepository>();
        services.TryAddSingleton<AlarmRepository>();
        services.TryAddSingleton<CaptureLossRepository>();
        services.TryAddSingleton<TlsLossRepository>();
        services.TryAddSingleton<FailureDirectory>();
        services.TryAddSingleton<ComponentStates>();
        services.TryAddSingleton<AccountFailures>();
        services.TryAddSingleton<FailurePages>();
        services.TryAddSingleton<ChangedOutages>();
        services.TryAddSingleton<FailureService>();
        return services;
    }

    /// <summary>Adds the looking for failures, which begins with the service.</summary>
    public static IServiceCollection AddFailureDetection(this IServiceCollection services)
    {
        services.AddFailures();
        services.TryAddSingleton<FailureFigures>();
        services.TryAddSingleton<FailureIntake>();
        services.TryAddSingleton<BlockReviewer>();
        services.AddSingleton<FailureDetector>();
        services.AddHostedService(provider => provider.GetRequiredService<FailureDetector>());
        return services;
    }
}
