using System.Diagnostics;
using Microsoft.AspNetCore.Diagnostics;

namespace VoiceQuality.Service.Pages;

/// <summary>
/// Puts the security headers and the error pages in front of everything else, so that no route, present or future,
/// can be answered without them.
/// </summary>
internal sealed class PageStartupFilter : IStartupFilter
{
    /// <summary>
    /// Nothing but the style sheet and images of this origin: no script at all, no frame, no form to elsewhere.
    /// </summary>
    internal const string ContentSecurityPolicy =
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
        + "frame-ancestors 'none'";

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(AddHeaders);
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            ExceptionHandler = AnswerErrorAsync,
            SuppressDiagnosticsCallback = static _ => false,
        });
        next(app);
    };

    private static Task AddHeaders(HttpContext context, RequestDelegate next)
    {
        context.Response.OnStarting(static state =>
        {
            var response = (HttpResponse)state;
            var headers = response.Headers;
            headers.ContentSecurityPolicy = ContentSecurityPolicy;
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "no-referrer";
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            headers["Cross-Origin-Resource-Policy"] = "same-origin";
            headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";

            // A page that says nothing about caching may hold what belongs to one customer.
            if (headers.CacheControl.Count == 0)
            {
                headers.CacheControl = "no-store";
            }

            return Task.CompletedTask;
        }, context.Response);

        return next(context);
    }

    private static Task AnswerErrorAsync(HttpContext context)
    {
        // The reference is the only thing that leaves; what went wrong is in the log under the same reference.
        var reference = Activity.Current?.TraceId.ToString() ?? context.TraceIdentifier;
        var path = context.Features.Get<IExceptionHandlerPathFeature>()?.Path ?? "";
        if (path.StartsWith("/api/", StringComparison.Ordinal))
        {
            return TypedResults.Problem(
                title: "The request could not be answered.",
                detail: "Quote the reference to the operator of this service.",
                statusCode: StatusCodes.Status500InternalServerError,
                extensions: new Dictionary<string, object?> { ["reference"] = reference }).ExecuteAsync(context);
        }

        return new PageResult<ErrorPage>(
            ViewNames.Error, new ErrorPage(reference), StatusCodes.Status500InternalServerError).ExecuteAsync(context);
    }
}

/// <summary>What the error page shows.</summary>
/// <param name="Reference">Finds the log entry.</param>
public sealed record ErrorPage(string Reference);
