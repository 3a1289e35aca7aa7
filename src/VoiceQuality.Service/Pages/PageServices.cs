using Microsoft.AspNetCore.Mvc.ApplicationParts;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace VoiceQuality.Service.Pages;

/// <summary>What the HTML pages need: views, headers, error pages, embedded files.</summary>
internal static class PageServices
{
    /// <summary>
    /// Adds the view engine and the middleware of all pages. It needs the storage queries, and takes a
    /// <see cref="TimeProvider"/> and an <see cref="IServiceStatus"/> where the host has registered them.
    /// </summary>
    public static IServiceCollection AddPages(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IServiceStatus, UnknownServiceStatus>();
        services.TryAddSingleton<EmbeddedAssets>();
        services.AddTransient<IStartupFilter, PageStartupFilter>();

        services.AddMvcCore()
            .AddRazorViewEngine()
            .ConfigureApplicationPartManager(AddOwnViews);
        RemoveKeyWriter(services);

        return services;
    }

    // The view engine brings data protection along, which writes a key into the home folder when the service starts.
    // Nothing here protects anything with it, and a read-only file system would make it warn.
    private static void RemoveKeyWriter(IServiceCollection services)
    {
        var writer = services.FirstOrDefault(service =>
            service.ServiceType == typeof(IHostedService)
            && service.ImplementationType?.Assembly.GetName().Name == "Microsoft.AspNetCore.DataProtection");
        if (writer is not null)
        {
            services.Remove(writer);
        }
    }

    // The entry assembly differs when a test hosts the service; the views are always in this one.
    private static void AddOwnViews(ApplicationPartManager parts)
    {
        var assembly = typeof(PageServices).Assembly;
        if (parts.ApplicationParts.Any(part => part is CompiledRazorAssemblyPart own && own.Assembly == assembly))
        {
            return;
        }

        foreach (var part in new ConsolidatedAssemblyApplicationPartFactory().GetApplicationParts(assembly))
        {
            parts.ApplicationParts.Add(part);
        }
    }
}
