using System.Text;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.Razor;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;

namespace VoiceQuality.Service.Pages;

/// <summary>
/// Renders a view as the answer of an endpoint. The page is rendered whole before the first octet leaves, so a fault
/// in a view becomes an error page and never half a page.
/// </summary>
/// <param name="view">One of <see cref="ViewNames"/>.</param>
/// <param name="model">What the view shows.</param>
/// <param name="statusCode">HTTP status.</param>
internal sealed class PageResult<TModel>(string view, TModel model, int statusCode = StatusCodes.Status200OK)
    : IResult, IStatusCodeHttpResult
{
    public int? StatusCode => statusCode;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var services = httpContext.RequestServices;
        var found = services.GetRequiredService<IRazorViewEngine>().GetView(null, view, isMainPage: true);
        found.EnsureSuccessful(originalLocations: null);

        var actionContext = new ActionContext(httpContext, httpContext.GetRouteData(), new ActionDescriptor());
        var metadata = services.GetRequiredService<IModelMetadataProvider>();
        var data = new ViewDataDictionary<TModel>(metadata, new ModelStateDictionary()) { Model = model };
        var html = new StringBuilder(32 * 1024);
        await using var writer = new StringWriter(html);
        var viewContext = new ViewContext(
            actionContext, found.View, data, new TempDataDictionary(httpContext, NoTempData.Instance), writer,
            new HtmlHelperOptions());

        await found.View.RenderAsync(viewContext);

        var octets = Encoding.UTF8.GetBytes(html.ToString());
        httpContext.Response.StatusCode = statusCode;
        httpContext.Response.ContentType = "text/html; charset=utf-8";
        httpContext.Response.ContentLength = octets.Length;
        await httpContext.Response.Body.WriteAsync(octets, httpContext.RequestAborted);
    }

    private sealed class NoTempData : ITempDataProvider
    {
        public static NoTempData Instance { get; } = new();

        public IDictionary<string, object> LoadTempData(HttpContext context) => new Dictionary<string, object>();

        public void SaveTempData(HttpContext context, IDictionary<string, object> values)
        {
        }
    }
}
