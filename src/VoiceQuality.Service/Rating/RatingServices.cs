using Microsoft.Extensions.DependencyInjection.Extensions;

namespace VoiceQuality.Service.Rating;

/// <summary>The parts that rate calls and say what was used.</summary>
internal static class RatingServices
{
    /// <summary>Adds them. They need the open database.</summary>
    public static IServiceCollection AddRating(this IServiceCollection services)
    {
        services.TryAddSingleton<IUsageSource, UsageSource>();
        return services;
    }
}
