using Microsoft.Extensions.DependencyInjection.Extensions;
using VoiceQuality.Storage.Rating;

namespace VoiceQuality.Service.Rating;

/// <summary>The parts that rate calls and say what was used.</summary>
internal static class RatingServices
{
    /// <summary>Adds them. They need the open database.</summary>
    public static IServiceCollection AddRating(this IServiceCollection services)
    {
        services.TryAddSingleton<RatingQueries>();
        services.TryAddSingleton<RatingRepository>();
        services.TryAddSingleton<RatingDirectory>();
        services.TryAddSingleton<RatedUsages>();
        services.TryAddSingleton<IUsageSource, UsageSource>();
        services.TryAddSingleton<UsageViews>();
        return services;
    }

    /// <summary>Adds what rates calls as they are stored, and stored ones in the background.</summary>
    public static IServiceCollection AddRatingOfCalls(this IServiceCollection services)
    {
        services.AddSingleton<CallRater>();
        services.AddSingleton<RatingWorker>();
        services.AddHostedService(provider => provider.GetRequiredService<RatingWorker>());
        return services;
    }
}
