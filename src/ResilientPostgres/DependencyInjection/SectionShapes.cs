using System.Reflection;

namespace ResilientPostgres.DependencyInjection;

/// <summary>The options that are sections of their own, with their keys.</summary>
static class SectionShapes
{
    static readonly Dictionary<Type, PropertyInfo[]> _shapes = new()
    {
        [typeof(ResilientPostgresOptions)] = typeof(ResilientPostgresOptions).GetProperties(),
        [typeof(EndpointOptions)] = typeof(EndpointOptions).GetProperties(),
        [typeof(ConsistencyOptions)] = typeof(ConsistencyOptions).GetProperties(),
        [typeof(AffinityOptions)] = typeof(AffinityOptions).GetProperties(),
        [typeof(RetryOptions)] = typeof(RetryOptions).GetProperties(),
        [typeof(CircuitBreakerOptions)] = typeof(CircuitBreakerOptions).GetProperties(),
        [typeof(HedgingOptions)] = typeof(HedgingOptions).GetProperties(),
        [typeof(CommitOptions)] = typeof(CommitOptions).GetProperties(),
        [typeof(StatementRoutingOptions)] = typeof(StatementRoutingOptions).GetProperties(),
        [typeof(RoutingRuleOptions)] = typeof(RoutingRuleOptions).GetProperties(),
        [typeof(MonitoringOptions)] = typeof(MonitoringOptions).GetProperties(),
    };

    /// <returns>Its keys; null for what is one value.</returns>
    public static PropertyInfo[]? Of(Type type) => _shapes.GetValueOrDefault(type);

    /// <returns>What a list, or a dictionary by names, has in it; null for what is neither.</returns>
    public static Type? ItemOf(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() is var kind && (kind == typeof(IList<>) || kind == typeof(IDictionary<,>)) ? type.GetGenericArguments()[^1] : null;
}
